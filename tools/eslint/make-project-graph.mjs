import { createProjectGraphAsync } from '@nx/devkit';

// To be run before ESLint when Nx does not run it: the rule for the arrows between projects reads Nx's cached
// project graph, and passes everything when there is none. The config cannot see to that itself, since Nx loads the
// config in order to make the graph.
await createProjectGraphAsync();
