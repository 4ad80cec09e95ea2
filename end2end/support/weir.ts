// A Weir of its own: the real binary on a free port, with a new data folder.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const realBinary = process.env['WEIR_BIN'] ?? resolve(import.meta.dirname, '../../target/release/weir');
/** Weir whose runs wait at barriers; cargo puts examples beside the binary. */
export const binaryWithBarriers = join(dirname(realBinary), 'examples', 'weir_with_barriers');

// The demo makes three weeks of imports first.
const startDeadlineMs = 90_000;
// Weir gives requests and runs up to 20 seconds to come to an end.
const stopDeadlineMs = 25_000;

/** What a command of the binary said. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface WeirOptions {
  binary?: string;
  environment?: Record<string, string>;
  /** More of the command line of `weir serve`. */
  words?: string[];
}

export class Weir {
  /** Scheme, host and port, without a slash at the end. It stays the same when Weir is stopped and started again. */
  address = '';
  /** The one-time link that the first start prints, with which its first person sets a password. */
  firstLink = '';
  /** Everything that the process has written, of all its starts. */
  output = '';

  private process: ChildProcess | undefined;
  /** Where in `output` the last start begins. */
  private startedAt = 0;
  private readonly binary: string;
  private readonly environment: Record<string, string>;
  private readonly words: string[];

  private constructor(
    readonly dataFolder: string,
    options: WeirOptions,
    private readonly isInUse: boolean,
  ) {
    this.binary = options.binary ?? realBinary;
    this.environment = options.environment ?? {};
    this.words = options.words ?? [];
  }

  /** Starts Weir on a new data folder, and waits until it has printed its address and its first link. */
  static async onNewFolder(options: WeirOptions = {}): Promise<Weir> {
    return Weir.onFolder(await mkdtemp(join(tmpdir(), 'weir-end2end-')), options);
  }

  /** `isInUse`: somebody has an account there, so that no link is printed. Weir deletes the folder in the end. */
  static async onFolder(folder: string, options: WeirOptions = {}, isInUse = false): Promise<Weir> {
    const weir = new Weir(folder, options, isInUse);
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
    this.startedAt = before;
    const child = spawn(this.binary, ['serve', ...this.words, '--listen', listen, '--data-folder', this.dataFolder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WEIR_LOG: process.env['WEIR_LOG'] ?? 'info', ...this.environment },
    });
    this.process = child;
    await new Promise<void>((started, failed) => {
      const refuse = (why: string) => {
        clearTimeout(deadline);
        failed(new Error(`${this.binary} ${why}; it wrote:\n${this.output.slice(before)}`));
      };
      const deadline = setTimeout(() => refuse(`did not start within ${startDeadlineMs} ms`), startDeadlineMs);
      child.once('error', (error) => refuse(`could not be started: ${error.message}`));
      const endedEarly = (code: number | null, signal: string | null) => refuse(`ended at its start (${code ?? signal})`);
      child.once('exit', endedEarly);
      let isStarted = false;
      const read = (chunk: Buffer) => {
        this.output += chunk.toString();
        if (!isStarted && this.takeAddresses(this.output.slice(before))) {
          isStarted = true;
          clearTimeout(deadline);
          child.off('exit', endedEarly);
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
    if (late) throw new Error(`${this.binary} did not end within ${stopDeadlineMs} ms of ${signal}; it wrote:\n${this.output}`);
  }

  /** It stands still (SIGSTOP), or goes on (SIGCONT). */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.process?.kill(signal) !== true) throw new Error(`no process took ${signal}`);
  }

  /** The most memory that the process has had in RAM since its start, as Linux counts it. */
  async peakMemoryBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.process?.pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`no peak memory in:\n${status}`);
    return Number(kilobytes) * 1024;
  }

  /** Resolves when what the process has written since its last start matches. */
  async hasWritten(pattern: RegExp): Promise<void> {
    const child = this.process;
    if (child?.stdout == null || child.stderr == null) throw new Error('Weir is not running');
    const { stdout, stderr } = child;
    await new Promise<void>((matched, failed) => {
      const end = (outcome: () => void) => {
        for (const stream of [stdout, stderr]) stream.off('data', look);
        child.off('exit', ended);
        outcome();
      };
      const ended = () => end(() => failed(new Error(`Weir ended before it wrote ${pattern}`)));
      const look = () => {
        if (pattern.test(this.output.slice(this.startedAt))) end(matched);
      };
      for (const stream of [stdout, stderr]) stream.on('data', look);
      child.on('exit', ended);
      look();
    });
  }

  /** Runs another command of the binary on the same data folder: `weir.command('admin', 'link', email)`. */
  async command(...words: string[]): Promise<CommandResult> {
    return new Promise((done) => {
      execFile(this.binary, [...words, '--data-folder', this.dataFolder], (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        done({ exitCode, stdout, stderr });
      });
    });
  }

  /** Stops Weir and deletes its data. */
  async remove(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    try {
      await this.stop(signal);
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
    if (this.firstLink === '' && !this.isInUse && !this.words.includes('--demo')) {
      const link = links.find((candidate) => new URL(candidate).pathname !== '/');
      if (link === undefined) return false;
      this.firstLink = link;
    }
    this.address = origin;
    return true;
  }
}
