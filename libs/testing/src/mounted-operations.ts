/** The part of an Express app that is read here. */
export interface RoutedApp {
  readonly router: { readonly stack: readonly object[] };
}

/** What an app answers to, as its OpenAPI document has to list it: `GET /products/{id}`. Sorted. */
export function mountedOperations(app: RoutedApp): string[] {
  return operationsOf(app.router.stack as readonly Layer[]).sort();
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** Routers are mounted without a prefix here, so that their routes' paths are whole. */
function operationsOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return operationsOf(handle.stack ?? []);
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${path}`);
  });
}
