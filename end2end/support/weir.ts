// A Weir of its own: the real binary on a free port, with a new data folder.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const binary = process.env['WEIR_BIN'] ?? resolve(import.meta.dirname, '../../target/release/weir');

const startDeadlineMs = 20_000;
// Weir gives requests and runs up to 20 seconds to come to an end.
const stopDeadlineMs = 25_000;

/** What a command of the binary said. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export class Weir {
  /** Scheme, host and port, without a slash at the end. It stays the same when Weir is stopped and started again. */
  address = '';
  /** The one-time link that the first start prints, with which its first person sets a password. */
  firstLink = '';
  /** Everything that the process has written, of all its starts. */
  output = '';

  private process: ChildProcess | undefined;

  private constructor(readonly dataFolder: string) {}

  /** Starts Weir on a new data folder, and waits until it has printed its address and its first link. */
  static async onNewFolder(): Promise<Weir> {
    const weir = new Weir(await mkdtemp(join(tmpdir(), 'weir-end2end-')));
    try {
      await weir.start();
    } catch (error) {
      await weir.remove();
      throw error;
    }
    return weir;
  }

  /** Starts Weir, the first time on a free port and later on the same one. Resolves when it has said that it listens. */
  async start(): Promise<void> {
    const listen = this.address === '' ? '127.0.0.1:0' : new URL(this.address).host;
    const before = this.output.length;
    const child = spawn(binary, ['serve', '--listen', listen, '--data-folder', this.dataFolder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WEIR_LOG: process.env['WEIR_LOG'] ?? 'info' },
    });
    this.process = child;
    await new Promise<void>((started, failed) => {
      const refuse = (why: string) => {
        clearTimeout(deadline);
        failed(new Error(`${binary} ${why}; it wrote:\n${this.output.slice(before)}`));
      };
      const deadline = setTimeout(() => refuse(`did not start within ${startDeadlineMs} ms`), startDeadlineMs);
      child.once('error', (error) => refuse(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => refuse(`ended at its start (${code ?? signal})`));
      const read = (chunk: Buffer) => {
        this.output += chunk.toString();
        if (this.takeAddresses(this.output.slice(before))) {
          clearTimeout(deadline);
          child.removeAllListeners('exit');
          started();
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
    });
  }

  /** Stops Weir with a signal, SIGKILL for a crash, and resolves when it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, stopDeadlineMs);
    await ended;
    clearTimeout(deadline);
    if (late) throw new Error(`${binary} did not end within ${stopDeadlineMs} ms of ${signal}; it wrote:\n${this.output}`);
  }

  /** Runs another command of the binary on the same data folder: `weir.command('admin', 'link', email)`. */
  async command(...words: string[]): Promise<CommandResult> {
    return new Promise((done) => {
      execFile(binary, [...words, '--data-folder', this.dataFolder], (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        done({ exitCode, stdout, stderr });
      });
    });
  }

  /** Stops Weir and deletes its data. */
  async remove(): Promise<void> {
    try {
      await this.stop();
    } finally {
      await rm(this.dataFolder, { recursive: true, force: true });
    }
  }

  /** Looks for the address and, at the very first start, for a link below it. */
  private takeAddresses(text: string): boolean {
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    const links = complete.match(/http:\/\/[^\s/"]+(?:\/[^\s"]*)?/g) ?? [];
    const address = links[0];
    if (address === undefined) return false;
    const origin = new URL(address).origin;
    if (this.firstLink === '') {
      const link = links.find((candidate) => new URL(candidate).pathname !== '/');
      if (link === undefined) return false;
      this.firstLink = link;
    }
    this.address = origin;
    return true;
  }
}
