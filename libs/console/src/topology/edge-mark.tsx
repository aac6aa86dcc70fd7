import { figure, percent } from '../state/figures';
import { HEAT_WORDS, type GraphEdge } from './graph';
import { pressing } from './pressing';

interface EdgeProps {
  readonly edge: GraphEdge;
  readonly path: string;
  readonly isMoving: boolean;
  readonly isSelected: boolean;
  readonly isDimmed: boolean;
  readonly onSelect: () => void;
}

/** A line as wide as it is busy; the wide one that nobody sees is what a pointer hits. */
export function EdgeMark({ edge, path, isMoving, isSelected, isDimmed, onSelect }: EdgeProps) {
  const { perSecond } = edge.figures;
  const wide = perSecond === 0 ? 1 : Math.max(1, Math.log10(perSecond + 1) * 1.25);
  const speed = perSecond < 3 ? 'slow' : perSecond < 100 ? 'middling' : 'fast';
  return (
    <g
      class={`edge ${edge.heat}${isSelected ? ' sel' : ''}${isDimmed ? ' aside' : ''}`}
      aria-label={edgeWords(edge)}
      aria-pressed={isSelected}
      {...pressing(onSelect)}
    >
      <path class="hit" d={path} />
      <path class="line" d={path} stroke-width={wide.toFixed(1)} />
      {isMoving ? <path class={`flow ${speed}`} d={path} stroke-width={(wide * 0.55).toFixed(1)} /> : null}
    </g>
  );
}

export function edgeLabel({ heat, figures }: GraphEdge): string {
  const rate = `${figure(figures.perSecond)}/s`;
  if (
    heat === 'failing' ||
    (heat === 'warning' && figures.failed >= figures.retriedPerSecond / figures.perSecond)
  )
    return `${rate} · ${percent(figures.failed)} %`;
  return heat === 'warning' ? `${rate} · ${figure(figures.retriedPerSecond)} retried` : rate;
}

function edgeWords({ from, to, figures, heat }: GraphEdge): string {
  const rate = figures.perSecond === 0 ? '' : `: ${figure(figures.perSecond)} requests per second`;
  return `${named(from)} to ${named(to)}${rate}${HEAT_WORDS[heat]}`;
}

function named(id: string): string {
  return id.replace('\u0000', '');
}
