// Measures the authorizer for the Go program that started this one: one command
// a line on standard input, one answer a line on standard output.
//
//   {"do": "open", "settings": {…}}              a new authorizer, with its keys
//   {"do": "load", "set": "…", "file": "…"}      events, one a line, under a name
//   {"do": "answer" | "decide" | "bare", "set": "…", "millis": 200}   one round
//   {"do": "each", "set": "…"}                   every event once, timed each
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";
import { create } from "./authorizer.mjs";

let settings, handler;
const sets = new Map();

const answer = async (text) => JSON.stringify(await handler(JSON.parse(text)));

const rounds = {
  // From the bytes to the bytes, as the runtime does it.
  answer: async ({ text }) => (await answer(text)).startsWith('{"isAuthorized":true'),
  decide: async ({ event }) => (await handler(event)).isAuthorized,
  bare: ({ signed }) => verify(signed.digest, signed.text, signed.key, signed.signature),
};

async function open(command) {
  settings = command.settings;
  handler = await create(settings);
  return {};
}

async function load({ set, file }) {
  const keys = await publicKeys();
  const events = readFileSync(file, "utf8").split("\n").map((line) => {
    const text = Buffer.from(line);
    const event = JSON.parse(text);
    return { text, event, signed: takenApart(event, keys) };
  });
  sets.set(set, { events, at: 0 });
  return {};
}

async function publicKeys() {
  const { keys } = await new Promise((resolve, reject) => {
    http.get(settings.keysUrl, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve(JSON.parse(text)));
    }).on("error", reject);
  });
  return new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]));
}

// takenApart is what the bare check of a good token needs.
function takenApart(event, keys) {
  const token = event.headers.authorization.replace("Bearer ", "");
  const [header, , signature] = token.split(".");
  try {
    const { alg, kid } = JSON.parse(Buffer.from(header, "base64url"));
    return {
      digest: alg === "EdDSA" ? null : "sha256",
      text: Buffer.from(token.slice(0, token.lastIndexOf("."))),
      key: { key: keys.get(kid), dsaEncoding: "ieee-p1363" },
      signature: Buffer.from(signature, "base64url"),
    };
  } catch {
    return undefined; // garbage
  }
}

async function round({ do: name, set, millis }) {
  const op = rounds[name];
  const all = sets.get(set);
  const begin = process.hrtime.bigint();
  const end = begin + BigInt(millis) * 1_000_000n;
  let count = 0;
  do {
    for (let n = 0; n < 16; n++) {
      if (!(await op(all.events[all.at]))) throw new Error(`operation ${all.at} came to the wrong end`);
      all.at = (all.at + 1) % all.events.length;
    }
    count += 16;
  } while (process.hrtime.bigint() < end);
  return { nanoseconds: Number(process.hrtime.bigint() - begin) / count };
}

async function each({ set }) {
  const times = [];
  const allowed = [];
  for (const { text } of sets.get(set).events) {
    const begin = process.hrtime.bigint();
    const result = await answer(text);
    times.push(Number(process.hrtime.bigint() - begin));
    allowed.push(JSON.parse(result).isAuthorized === true);
  }
  return { times, allowed };
}

const commands = { open, load, each, answer: round, decide: round, bare: round };
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let result;
  try {
    result = await commands[command.do](command);
  } catch (error) {
    result = { error: `${error.name}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(result) + "\n");
}
