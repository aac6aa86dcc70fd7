/**
 * For `node -r`: whoever is started with it, and with its parent's id in `STARTED_BY`, ends when that parent does.
 * It stands outside the compiled folder, so that it is the same file from source and when built.
 */
export const endWithParent = require.resolve('../end-with-parent.js');
