import {
  checkInput,
  INSTANCE_PROTOCOLS,
  registerRequestSchema,
  type AnnouncedRoute,
  type InstanceProtocol,
  type RegisterRequest,
} from '@rollcall/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';

/** What an instance says of itself, as options of a command. */
export interface RegistrationOptions {
  readonly service: string;
  readonly instanceId?: string;
  readonly version?: string;
  readonly zone?: string;
  readonly tag?: readonly string[];
  readonly weight?: number;
  readonly protocol?: InstanceProtocol;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly route?: readonly AnnouncedRoute[];
  readonly stripPrefix?: boolean;
}

export function addRegistrationOptions(command: Command): Command {
  return command
    .requiredOption('--service <name>', 'service that it is an instance of')
    .option('--instance-id <id>', 'id of the instance, unique to it (default: a fresh UUID)')
    .option('--version <version>', 'version of the program (VERSION)')
    .option('--zone <zone>', 'where it runs (ZONE)')
    .option('--tag <tag>', 'a label; may be given several times', collected)
    .option('--weight <number>', 'its share of the traffic, 1 to 1000 (default: 100)', wholeNumber)
    .addOption(
      new Option(
        '--protocol <protocol>',
        'what it speaks without TLS: h2c is HTTP/2, as gRPC servers speak it',
      ).choices(INSTANCE_PROTOCOLS),
    )
    .option('--metadata <key=value>', 'shown with the instance; may be given several times', entry)
    .option(
      '--route <route>',
      'path at the gateway, as /bill, api.example.com/bill or "GET,POST /bill"; may be given several times',
      route,
    )
    .option('--strip-prefix', 'the program gets requests without the prefix of the route');
}

/** What is registered, but for its address. */
export function registrationOf(
  options: RegistrationOptions,
  env: NodeJS.ProcessEnv,
): Omit<RegisterRequest, 'url' | 'status'> {
  const {
    service,
    instanceId,
    tag = [],
    weight,
    protocol,
    metadata = {},
    route: routes = [],
    stripPrefix = false,
  } = options;
  const version = options.version ?? env['VERSION'];
  const zone = options.zone ?? env['ZONE'];
  return {
    service_name: service,
    ...(instanceId === undefined ? {} : { instance_id: instanceId }),
    ...(version === undefined || version === '' ? {} : { version }),
    ...(zone === undefined || zone === '' ? {} : { zone }),
    ...(tag.length === 0 ? {} : { tags: tag }),
    ...(weight === undefined ? {} : { weight }),
    // A registry that does not know the field refuses it.
    ...(protocol === 'h2c' ? { protocol } : {}),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(routes.length === 0
      ? {}
      : { routes: routes.map((one) => (stripPrefix ? { ...one, strip_prefix: true } : one)) }),
  };
}

/** @throws CliFault with every fault that the registry would find in it */
export function checkRegistration(registration: RegisterRequest): RegisterRequest {
  const checked = checkInput(registerRequestSchema, registration);
  if ('value' in checked) return checked.value;
  throw new CliFault(
    EXIT.usage,
    checked.faults.map(({ message }) => message).join('\n'),
    'docs/protocol.md has what each field may be',
  );
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function entry(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('write key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('write a whole number.');
  return Number(text);
}

const ROUTE = /^(?:([A-Z]+(?:,[A-Z]+)*) +)?([^/\s]*)(\/\S*)$/;

function route(text: string, before: readonly AnnouncedRoute[] = []): readonly AnnouncedRoute[] {
  const [, methods, host, path] = ROUTE.exec(text) ?? [];
  if (path === undefined)
    throw new InvalidArgumentError(
      'write a path, with a host before it and methods before that: "GET a.example/bill".',
    );
  return [
    ...before,
    {
      path_prefix: path,
      ...(methods === undefined ? {} : { methods: methods.split(',') }),
      ...(host === undefined || host === '' ? {} : { host }),
    },
  ];
}
