import type { Container } from './container';

/** How many requests of a method and a route template an instance has answered, by its own metrics. */
export async function servedRequests(
  container: Container,
  { method, route }: { method: string; route: string },
): Promise<number> {
  const { body } = await container.fetch('/metrics');
  return body
    .split('\n')
    .filter(
      (line) =>
        line.startsWith('http_server_request_duration_seconds_count') &&
        line.includes(`http_request_method="${method}"`) &&
        line.includes(`http_route="${route}"`),
    )
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
