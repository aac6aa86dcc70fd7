import type { KnownGateway } from '@rollcall/contracts';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../state/api';
import { repeat } from '../state/repeat';
import { source } from '../state/store';

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

/** What each of some gateways answers to the same question; asked again when the question or the gateways are others. */
export function useAnswers<T>(
  gateways: readonly KnownGateway[],
  question: string | undefined,
  everyMs = Infinity,
): ReadonlyMap<string, Answer<T>> {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answer<T>>>(new Map());
  const fleet = source.value?.fleet;
  const ids = gateways.map(({ instance_id }) => instance_id).sort();
  const asked = JSON.stringify([question, ids]);
  useEffect(() => {
    if (fleet === undefined || question === undefined || ids.length === 0) {
      setAnswers(new Map());
      return;
    }
    let isWanted = true;
    const stop = repeat(everyMs, async () => {
      const all = await Promise.all(ids.map(async (id) => [id, await fleet.ask<T>(id, question)] as const));
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
