import { closedPort } from '../../src/closed-port';

/** Is given a port, says which, and runs until it is ended. */
void closedPort().then((port) => {
  process.stdout.write(`given ${port}\n`);
  setInterval(() => undefined, 1000);
});
