// Preloaded (`node -r`) into every process that a spec starts: it does not outlive the process that started it. A spec
// ends what it has started, but not one whose Jest worker was killed, or ran out of memory, in the middle of it; what
// is left then listens on ports and holds folders until the machine is restarted.

// By the time this runs the parent may be gone already, so it has to say who it was; what this process starts in turn
// has another parent.
const { STARTED_BY = process.ppid } = process.env;
delete process.env.STARTED_BY;
const startedBy = Number(STARTED_BY);

setInterval(() => {
  // An orphan is handed to another parent.
  if (process.ppid !== startedBy) process.kill(process.pid, 'SIGKILL');
}, 500).unref();
