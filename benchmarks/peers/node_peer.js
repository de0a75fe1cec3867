// The jobs by Node's own child_process. Its pipes are socket pairs: they are
// left as Node makes them. Speaks the lines of JSON described in serving.py.
'use strict';

const { execFile, spawn } = require('node:child_process');
const fs = require('node:fs');
const readline = require('node:readline');

const HELLO = ['echo', ['hello']];
const HELLO_OUTPUT = 'hello\n';
const STALL = 1000; // milliseconds

const now = () => Number(process.hrtime.bigint()) / 1e9; // seconds

function expect(expected, actual) {
  if (expected !== actual) throw new Error(`expected ${expected}, got ${actual}`);
}

function writer(kind, size) {
  if (kind === 'head') return ['head', ['-c', String(size), '/dev/zero']];
  if (kind === 'dd') {
    const count = Math.floor(size / 65536);
    return ['dd', ['if=/dev/zero', 'bs=65536', `count=${count}`, 'status=none']];
  }
  throw new Error(kind);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function closed(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

async function sideBySide(one, count, atOnce) {
  let left = count;
  const line = async () => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: atOnce }, line));
}

async function jobSpawn({ pipes, count, at_once: atOnce }) {
  const stdio = pipes ? 'pipe' : 'ignore';
  const held = [];
  const late = [];
  let beating = true;
  const beat = (due) => {
    late.push(now() - due);
    if (beating) setTimeout(beat, 1, now() + 0.001);
  };
  setTimeout(beat, 1, now() + 0.001);
  const began = now();
  await sideBySide(async () => {
    const called = now();
    const child = spawn('true', [], { stdio });
    held.push(now() - called);
    expect(0, await closed(child));
  }, count, atOnce);
  const seconds = now() - began;
  beating = false;
  late.sort((a, b) => a - b);
  return {
    seconds,
    held: median(held),
    late: late[Math.floor(late.length * 0.99)] ?? 0,
  };
}

async function read(child, how, stops) {
  let total = 0;
  const stalls = (chunk) => {
    total += chunk.length;
    if (!stops.length || total < stops[0]) return false;
    stops.shift();
    return true;
  };
  if (how === 'for') {
    for await (const chunk of child.stdout) {
      if (stalls(chunk)) await new Promise((resolve) => setTimeout(resolve, STALL));
    }
  } else {
    child.stdout.on('data', (chunk) => {
      if (!stalls(chunk)) return;
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), STALL);
    });
  }
  return () => total;
}

async function jobStream({ writer: kind, size, how }) {
  const began = now();
  const [file, args] = writer(kind, size);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = closed(child);
  const total = await read(child, how, []);
  expect(0, await ended);
  expect(size, total());
  return { seconds: now() - began };
}

function status(field) {
  const text = fs.readFileSync('/proc/self/status', 'utf8');
  return 1024 * Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(text)[1]);
}

async function jobMemory({ size, how, stalls }) {
  await jobSpawn({ pipes: true, count: 5, at_once: 1 });
  const stops = [];
  for (let i = 0; i < stalls; i++) stops.push(size * (0.05 + 0.9 * Math.random()));
  stops.sort((a, b) => a - b);
  const before = status('VmRSS');
  const [file, args] = writer('head', size);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = closed(child);
  const total = await read(child, how, stops);
  expect(0, await ended);
  expect(size, total());
  return { growth: status('VmHWM') - before };
}

async function jobExec({ count }) {
  const began = now();
  for (let i = 0; i < count; i++) {
    const stdout = await new Promise((resolve, reject) => {
      execFile(...HELLO, (error, out) => (error ? reject(error) : resolve(out)));
    });
    expect(HELLO_OUTPUT, stdout);
  }
  return { seconds: now() - began };
}

const JOBS = {
  spawn: jobSpawn,
  stream: jobStream,
  memory: jobMemory,
  exec: jobExec,
  ...require('./ipc_jobs.js'),
};

async function main() {
  const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  say({ name: 'node', version: process.versions.node });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { job, ...options } = JSON.parse(line);
    try {
      say(await JOBS[job](options));
    } catch (error) {
      say({ error: String(error) });
    }
  }
}

main();
