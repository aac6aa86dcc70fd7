// Stands in for the compiled file when the sources run as they are (specs): a thread inherits no way to read TypeScript.
require('@rollcall/testing/register-typescript');
require('./membership-worker.ts');
