// A mail server of a test's own (servers/smtp.mjs), with a certificate that only this test's Weir trusts.

import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

export interface Letter {
  to: string[];
  secure: boolean;
  /** As it went over the wire. */
  data: string;
}

export const login = { user: 'weir', password: 'planted-smtp-password' };

export class SmtpServer {
  private constructor(
    private readonly process: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
    private readonly reader: Interface,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** Asks for the login, and for STARTTLS before it. */
  static async start(): Promise<SmtpServer> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-smtp-'));
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    // Without this openssl makes an authority of it, which no server may be.
    const subject = [...names, '-addext', 'basicConstraints=critical,CA:FALSE'];
    const files = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await promisify(execFile)('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...files], { cwd: folder });
    const script = resolve(import.meta.dirname, '../servers/smtp.mjs');
    const options = ['--login', `${login.user}:${login.password}`, '--tls', folder];
    const child = spawn(process.execPath, [script, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
    const reader = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const first = await lines.next();
    const { port } = JSON.parse(String(first.value)) as { port: number };
    return new SmtpServer(child, lines, reader, folder, port);
  }

  /** How Weir finds it. */
  get environment(): Record<string, string> {
    return {
      WEIR_SMTP_HOST: 'localhost',
      WEIR_SMTP_PORT: String(this.port),
      WEIR_SMTP_USER: login.user,
      WEIR_SMTP_PASSWORD: login.password,
      WEIR_SMTP_FROM: 'Weir <weir@example.org>',
      // Letters go at once: no test waits for more of their kind.
      WEIR_LETTER_WAIT: '0',
      SSL_CERT_FILE: join(this.folder, 'certificate.pem'),
    };
  }

  /** Waits for the next one. */
  async letter(): Promise<Letter> {
    const line = await this.lines.next();
    return JSON.parse(String(line.value)) as Letter;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    await ended;
    this.reader.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A header, unfolded, and where it has one its encoded words decoded. */
export function header({ data }: Letter, name: string): string {
  const head = data.slice(0, data.indexOf('\r\n\r\n')).replaceAll('\r\n ', ' ');
  const value = new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
  if (value === undefined) throw new Error(`no ${name} in:\n${head}`);
  return value.replaceAll(/=\?utf-8\?b\?([^?]*)\?=\s*/gi, (_, text: string) => Buffer.from(text, 'base64').toString());
}

/** The part of a letter with a type, decoded. */
export function part({ data }: Letter, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(data)?.[1];
  if (boundary === undefined) throw new Error('the letter has no parts');
  const found = data.split(`--${boundary}`).find((candidate) => candidate.includes(`Content-Type: ${type}`));
  if (found === undefined) throw new Error(`the letter has no ${type}`);
  const split = found.indexOf('\r\n\r\n');
  const body = found.slice(split + 4);
  const encoding = /Content-Transfer-Encoding: (\S+)/.exec(found.slice(0, split))?.[1];
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
