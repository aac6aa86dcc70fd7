import { describeApi, packageVersion, type OpenApiDocument } from '@rollcall/service-kit';
import { aboutOperations } from './about-operations';
import { aboutSchemas } from './about-schemas';
import { answerSchemas } from './answer-schemas';
import { catalogOperations } from './catalog-operations';
import { gatewayOperations } from './gateway-operations';
import { gatewaySchemas } from './gateway-schemas';
import { explainSchemas } from './explain-schemas';
import { instanceOperations } from './instance-operations';
import { operatorOperations } from './operator-operations';
import { streamSchemas } from './stream-schemas';
import { trafficOperations } from './traffic-operations';
import { trafficSchemas } from './traffic-schemas';

/** What the registry answers at `/openapi.json`. Whatever is mounted has its entry here; a spec asks each. */
export const registryDocument = (): OpenApiDocument =>
  describeApi({
    title: 'Rollcall registry',
    version: packageVersion(__dirname),
    description: 'Who is there, and who may get traffic. docs/protocol.md tells the whole story.',
    bearer:
      'With the scopes `read`, `write:<service>` or `write:*`, `admin`; asked for unless REGISTRY_AUTH is off.',
    paths: {
      ...instanceOperations(),
      ...operatorOperations(),
      ...aboutOperations(),
      ...catalogOperations(),
      ...gatewayOperations(),
      ...trafficOperations(),
    },
    schemas: {
      ...aboutSchemas,
      ...answerSchemas(),
      ...explainSchemas(),
      ...gatewaySchemas,
      ...streamSchemas,
      ...trafficSchemas,
    },
  });
