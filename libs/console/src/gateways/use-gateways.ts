import type { KnownGateway } from '@rollcall/contracts';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../state/api';
import { repeat } from '../state/repeat';
import { source } from '../state/store';
import { gatewayNames } from './gateway-names';

const EVERY_MS = 3000;

export interface GatewayList {
  readonly gateways: readonly KnownGateway[];
  readonly fault: string | undefined;
  readonly isKnown: boolean;
}

/** The gateways that can be asked, as they come and go. */
export function useGateways(): GatewayList {
  const [list, setList] = useState<GatewayList>({ gateways: [], fault: undefined, isKnown: false });
  const fleet = source.value?.fleet;
  useEffect(() => {
    if (fleet === undefined) return;
    return repeat(EVERY_MS, async () => {
      const answer = await fleet.gateways();
      if (answer.ok) setList({ gateways: answer.value.gateways, fault: undefined, isKnown: true });
      else setList((before) => ({ ...before, fault: answer.fault.detail, isKnown: true }));
    });
  }, [fleet]);
  return list;
}

/** What each of some gateways answers to the same question, by its name among them; asked again when the question or the gateways are others. */
export function useAnswers<T>(
  gateways: readonly KnownGateway[],
  question: string | undefined,
  everyMs = Infinity,
): ReadonlyMap<string, Answer<T>> {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answer<T>>>(new Map());
  const fleet = source.value?.fleet;
  const names = gatewayNames(gateways);
  const asked = JSON.stringify([question, [...names.keys()].sort()]);
  useEffect(() => {
    if (fleet === undefined || question === undefined || names.size === 0) {
      setAnswers(new Map());
      return;
    }
    let isWanted = true;
    const stop = repeat(everyMs, async () => {
      const all = await Promise.all(
        Array.from(names, async ([name, gateway]) => [name, await fleet.ask<T>(gateway, question)] as const),
      );
      if (isWanted) setAnswers(new Map(all));
    });
    return () => {
      isWanted = false;
      stop();
    };
  }, [fleet, asked, everyMs]);
  return answers;
}

/** Those that answered. */
export function answered<T>(answers: ReadonlyMap<string, Answer<T>>): ReadonlyMap<string, T> {
  return new Map([...answers].flatMap(([id, answer]) => (answer.ok ? [[id, answer.value] as const] : [])));
}
