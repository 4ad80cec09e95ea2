// A mail server for tests, on a free port of the loopback. Prints a line of JSON for its address, then one for every
// letter: {"from","to":[…],"data"}. Ends when its standard input is closed.
//
// Options: --login USER:PASSWORD asks for it; --tls FOLDER (key.pem, certificate.pem) offers STARTTLS, and with --wrapped TLS
// from the first byte; --refuse ADDRESS answers 550 to that recipient; --silent never answers the letter itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";

const { values } = parseArgs({
  options: {
    login: { type: "string" },
    tls: { type: "string" },
    wrapped: { type: "boolean" },
    refuse: { type: "string" },
    silent: { type: "boolean" },
  },
});

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const error = (code, text) => Object.assign(new Error(text), { responseCode: code });
const withTls = values.tls && {
  key: readFileSync(join(values.tls, "key.pem")),
  cert: readFileSync(join(values.tls, "certificate.pem")),
};

const server = new SMTPServer({
  ...withTls,
  secure: values.wrapped ?? false,
  logger: false,
  authOptional: values.login === undefined,
  allowInsecureAuth: !withTls,
  disabledCommands: [
    ...(withTls ? [] : ["STARTTLS"]),
    ...(values.login === undefined ? ["AUTH"] : []),
  ],
  onAuth(auth, _session, done) {
    const given = `${auth.username}:${auth.password}`;
    done(given === values.login ? null : error(535, "5.7.8 no such user"), { user: auth.username });
  },
  onRcptTo(address, _session, done) {
    done(address.address === values.refuse ? error(550, "5.1.1 no such mailbox") : null);
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      tell({
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map((to) => to.address),
        secure: session.secure,
        data: Buffer.concat(chunks).toString("utf8"),
      });
      if (!values.silent) {
        done(null, "received");
      }
    });
  },
});
// A client that is cut off is what some tests are about.
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => tell({ port: server.server.address().port }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
