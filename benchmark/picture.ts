/** What was measured, as bars: how many times the floor's CPU time a call takes. */
import type { Row } from "./table.ts"

const bar = 16
const label = 250
const width = 420

export const picture = (titles: ReadonlyArray<string>, rows: ReadonlyArray<Row>): string => {
  const contestants = rows.slice(1)
  const most = Math.max(...contestants.flatMap(({ cells }) => cells.map(({ times }) => times)))
  const scale = (times: number): number => Math.round((times / most) * width)
  const block = (contestants.length + 2) * (bar + 4)
  const parts = titles.map((title, column) => {
    const top = column * block + 40
    const bars = contestants.map(({ cells, name }, index) => {
      const y = top + (index + 1) * (bar + 4)
      const times = cells[column]?.times ?? NaN
      const color = name.startsWith("effect-cognito") ? "#2563eb" : "#94a3b8"
      return `<text x="${label - 8}" y="${y + 12}" text-anchor="end">${name}</text>`
        + `<rect x="${label}" y="${y}" width="${scale(times)}" height="${bar}" rx="2" fill="${color}"/>`
        + `<text x="${label + scale(times) + 6}" y="${y + 12}">${times.toFixed(2)}</text>`
    })
    return `<text x="16" y="${top + 12}" font-weight="bold">${title}</text>${bars.join("")}`
  })
  const line = label + scale(1)
  const height = titles.length * block + 40
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${label + width + 60}" height="${height}" `
    + `viewBox="0 0 ${
      label + width + 60
    } ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#475569">\n`
    + `<rect width="100%" height="100%" fill="#ffffff"/>\n`
    + `<text x="16" y="22" font-size="14">CPU time of a call, × the least that it can cost on Node (the dotted line)</text>\n`
    + `<line x1="${line}" x2="${line}" y1="40" y2="${height - 12}" stroke="#dc2626" stroke-dasharray="2 3"/>\n`
    + `${parts.join("\n")}\n</svg>\n`
}
