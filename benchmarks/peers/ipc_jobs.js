// What bench_ipc and bench_fork_start have a parent do, by Node: see ipc_jobs.py.
// A Python child is started as the documentation has it, by execPath and execArgv.
'use strict';

const { fork } = require('node:child_process');
const path = require('node:path');

const WARM_UP = 20_000; // messages before the clock runs

const now = () => Number(process.hrtime.bigint()) / 1e9; // seconds

function expect(expected, actual) {
  const [wanted, got] = [expected, actual].map((value) => JSON.stringify(value));
  if (wanted !== got) throw new Error(`expected ${wanted}, got ${got}`);
}

function start(child, python) {
  const file = path.join(__dirname, 'children', child);
  if (!child.endsWith('.py')) return fork(file);
  return fork(file, [], {
    execPath: python,
    execArgv: ['-m', 'child_process', 'worker'],
  });
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code));
  });
}

async function withChild({ child, python }, use) {
  const process = start(child, python);
  const over = ended(process);
  const reply = await use(process);
  process.disconnect();
  expect(0, await over);
  return reply;
}

const message = (number) => ({ n: number, s: 'hello' });

// Once send() has said that enough waits, the callback of one more message says
// when it has been written: a child's channel has no "drain".
function echoed(child, count) {
  return new Promise((resolve, reject) => {
    let came = 0;
    let sent = 0;
    const began = now();
    child.on('message', function listen(value) {
      came += 1;
      if (came < count) return;
      child.off('message', listen);
      const seconds = now() - began;
      try {
        expect(message(count - 1), value);
        resolve(seconds);
      } catch (error) {
        reject(error);
      }
    });
    const pump = () => {
      while (sent < count) {
        if (child.send({ n: sent++, s: 'hello' })) continue;
        if (sent < count) child.send({ n: sent++, s: 'hello' }, pump);
        return;
      }
    };
    pump();
  });
}

function trips(child, count) {
  return new Promise((resolve) => {
    let came = 0;
    const began = now();
    child.on('message', function listen() {
      came += 1;
      if (came < count) {
        child.send({ n: came, s: 'hello' });
        return;
      }
      child.off('message', listen);
      resolve(now() - began);
    });
    child.send({ n: 0, s: 'hello' });
  });
}

const ipcEcho = (options) => withChild(options, async (child) => {
  await echoed(child, WARM_UP);
  return { seconds: await echoed(child, options.count) };
});

const ipcTrip = (options) => withChild(options, async (child) => {
  await echoed(child, WARM_UP);
  return { seconds: await trips(child, options.count) };
});

async function forkStart({ child, python, count }) {
  let seconds = 0;
  for (let number = -1; number < count; number++) {
    const began = now();
    const process = start(child, python);
    const over = ended(process);
    const answer = new Promise((resolve) => process.once('message', resolve));
    process.send(message(number));
    expect(message(number), await answer);
    if (number >= 0) seconds += now() - began;
    process.disconnect();
    expect(0, await over);
  }
  return { seconds };
}

module.exports = { ipc_echo: ipcEcho, ipc_trip: ipcTrip, fork_start: forkStart };
