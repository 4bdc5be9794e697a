import type { Finding } from '../../lambda/core/preflight/finding';
import type { TargetReport } from '../../lambda/core/preflight/target-report';
import { renderTable } from '../table';

const HEADS = ['instance', 'name', 'agent', 'document', 'would freeze', 'volumes', 'last set', 'would end as'] as const;

const COUNTS = (findings: readonly Finding[], result: Finding['result'], word: string): string => {
  const count = findings.filter((finding) => finding.result === result).length;
  return count === 0 ? '' : `, ${count} ${count === 1 ? word : `${word}s`}`;
};

const verdict = ({ application, findings }: TargetReport): string =>
  `${application ? 'application' : 'less'}${COUNTS(findings, 'failed', 'failure')}${COUNTS(findings, 'warning', 'warning')}`;

const row = (report: TargetReport) => [
  report.instanceId,
  report.name,
  report.agent,
  report.document,
  report.frozen.length === 0 ? '-' : report.frozen,
  `${report.covered} of ${report.volumes}`,
  report.lastSet,
  verdict(report),
];

const LABELS: Readonly<Record<Finding['result'], string>> = { ok: 'ok', warning: 'warning', failed: 'FAILED' };

const findingLines = ({ check, result, found, advice }: Finding): readonly string[] => [
  `  ${LABELS[result].padEnd(7)}  ${check}: ${found}`,
  ...(advice === '' ? [] : [`           ${advice}`]),
];

const details = ({ instanceId, name, findings }: TargetReport): readonly string[] => {
  const told = findings.filter(({ result }) => result !== 'ok');
  if (told.length === 0) return [];
  return ['', `${instanceId}${name === '' ? '' : ` (${name})`}`, ...told.flatMap(findingLines)];
};

/** The table, below it what failed and what is worth a look, each with what to do, and the sum. */
export const renderReports = (reports: readonly TargetReport[]): string => {
  const good = reports.filter(({ application }) => application).length;
  return [
    renderTable(HEADS, reports.map(row)),
    ...reports.flatMap(details),
    '',
    `${good} of ${reports.length} would end as application.`,
  ].join('\n');
};
