// A receiver of webhooks, which checks signatures as docs/webhooks.md says.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  headers: IncomingHttpHeaders;
  body: string;
}

export class Receiver {
  /** What it answers. */
  status = 204;
  private readonly calls: Call[] = [];
  private readonly waiting: ((call: Call) => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(receiver.status).end();
        const call = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        const first = receiver.waiting.shift();
        if (first === undefined) receiver.calls.push(call);
        else first(call);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/weir`;
  }

  /** Waits for the next one. */
  async call(): Promise<Call> {
    const call = this.calls.shift();
    return call ?? new Promise((arrived) => this.waiting.push(arrived));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

export function isFromWeir(key: string, { headers, body }: Call): boolean {
  const secret = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 5 * 60) return false;
  const expected = createHmac('sha256', secret).update(`${String(id)}.${String(timestamp)}.`).update(body).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
