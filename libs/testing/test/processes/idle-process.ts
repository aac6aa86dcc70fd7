/** Does nothing until somebody ends it. */
setInterval(() => undefined, 60_000);
