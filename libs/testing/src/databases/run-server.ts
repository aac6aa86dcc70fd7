import { createPostgresServer, type PostgresServer } from './postgres-server';

let server: PostgresServer | undefined;

/** One server for a whole run of Jest, unless `TEST_DATABASE_URL` names one; workers find it under that name too. */
export async function startRunServer(): Promise<void> {
  if (process.env['TEST_DATABASE_URL']) return;
  server = await createPostgresServer();
  await server.start().catch(async (error: unknown) => {
    await stopRunServer();
    throw error;
  });
  process.env['TEST_DATABASE_URL'] = server.url;
}

export async function stopRunServer(): Promise<void> {
  await server?.discard();
  server = undefined;
}
