// Send what a forked child can see of itself, then end.
process.send({
  argv: process.argv,
  connected: process.connected,
  cwd: process.cwd(),
  env: process.env,
  execArgv: process.execArgv,
  execPath: process.execPath,
  pid: process.pid,
});
process.disconnect();
