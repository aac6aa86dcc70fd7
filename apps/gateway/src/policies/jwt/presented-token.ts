import { withDashes } from '../../headers/field-name';
import type { TokenPlace } from '../../routing/policy-rules';
import type { PolicyRequest } from '../policy';
import type { PolicyDecisions } from '../policy-decisions';
import { withoutQueryParameter } from '../query-parameter';

/** A place of a route's tokens, ready to be looked at. */
interface ReadPlace {
  /** Every token that stands there: more than one is a fault of the request. */
  tokensIn(request: PolicyRequest): readonly string[];
  /** Has instances asked without it. */
  takeOff(decisions: PolicyDecisions): void;
}

export interface PresentedToken {
  readonly token: string;
  /** Takes it out of what instances get, where the route wants that. */
  takeOff(decisions: PolicyDecisions): void;
}

/** Finds the token of a request: `several` where it has more than one (RFC 6750 §2 allows one method a request). */
export type FindToken = (request: PolicyRequest) => PresentedToken | 'none' | 'several';

/** @param keepsToken whether one in a header is passed on */
export function createFindToken(places: readonly TokenPlace[], keepsToken: boolean): FindToken {
  const read = places.map((place) => readPlace(place, keepsToken));
  return (request) => {
    let found: PresentedToken | undefined;
    for (const { tokensIn, takeOff } of read) {
      const [token, another] = tokensIn(request);
      if (token === undefined) continue;
      if (another !== undefined || found !== undefined) return 'several';
      found = { token, takeOff };
    }
    return found ?? 'none';
  };
}

const NONE: readonly string[] = [];
/** The scheme has any case (RFC 9110 §11.1). */
const BEARER = /^bearer(?: +|$)/i;

function readPlace(place: TokenPlace, keepsToken: boolean): ReadPlace {
  if ('query' in place) return queryPlace(place.query);
  return 'cookie' in place ? cookiePlace(place.cookie) : headerPlace(place.header.toLowerCase(), keepsToken);
}

function headerPlace(header: string, keepsToken: boolean): ReadPlace {
  const isIt = (name: string): boolean => name === header || withDashes(name) === header;
  return {
    tokensIn({ headers }) {
      const first = headers.get(header);
      if (first === undefined) return NONE;
      const values = headers.all(header);
      // Which of two fields an instance would read is not known.
      if (values.length > 1) return values;
      const scheme = BEARER.exec(first);
      if (scheme !== null) return [first.slice(scheme[0].length)];
      return header === 'authorization' ? NONE : values;
    },
    takeOff({ requestEdits }) {
      if (!keepsToken) requestEdits.push((headers) => headers.removeWhere(isIt));
    },
  };
}

function cookiePlace(cookie: string): ReadPlace {
  const isIt = (pair: string): boolean => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === cookie;
  };
  const without = (value: string): string =>
    value
      .split(';')
      .filter((pair) => !isIt(pair))
      .join(';')
      .trim();
  return {
    tokensIn({ headers }) {
      const values = headers.all('cookie');
      if (values.length === 0) return NONE;
      return values
        .flatMap((value) => value.split(';').filter(isIt))
        .map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
    },
    takeOff({ requestEdits }) {
      requestEdits.push((headers) => {
        const rest = headers
          .all('cookie')
          .map(without)
          .filter((value) => value !== '');
        headers.removeWhere((name) => name === 'cookie');
        for (const value of rest) headers.append('Cookie', value);
      });
    },
  };
}

function queryPlace(parameter: string): ReadPlace {
  return {
    tokensIn: ({ target }) =>
      target.query === '' ? NONE : new URLSearchParams(target.query).getAll(parameter),
    takeOff(decisions) {
      decisions.target = withoutQueryParameter(decisions.target, parameter);
    },
  };
}
