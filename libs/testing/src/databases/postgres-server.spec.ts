import { Client } from 'pg';
import { createPostgresServer } from './postgres-server';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text);
  await client.end();
  return rows;
}

describe('a PostgreSQL server for specs', () => {
  it('keeps its address and its rows over a restart, and is gone in the end', async () => {
    const server = await createPostgresServer();
    await server.start();
    await query(server.url, 'create table notes as select 1 as id');

    await server.stop();
    await expect(query(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    await server.start();
    expect(await query(server.url, 'select id from notes')).toEqual([{ id: 1 }]);

    await server.discard();
    await expect(query(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
