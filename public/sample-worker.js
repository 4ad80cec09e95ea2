// A module worker that loads the page's own WebAssembly module and hands over to its `worker` entry. Both lie in the folder
// of its release.
import init, { worker } from "./pkg/weir.js";

await init({ module_or_path: new URL("./pkg/weir.wasm", import.meta.url) });
worker();
