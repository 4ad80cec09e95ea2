// A module worker that loads the page's own WebAssembly module and hands over to its `worker` entry.
import init, { worker } from "/pkg/weir.js";

await init({ module_or_path: "/pkg/weir.wasm" });
worker();
