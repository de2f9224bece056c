package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// report is what a run found.
type report struct {
	machine
	effort
	node *bundled

	decisions, answers []*row
	reading            []*measurement // of the event
	eventBytes         int
	routes             []*measurement
	loads              []*loaded
	inventedKeys       int // how many of the garbage tokens name one
	odd                [][]bool
	starts             []started
	zips               []zipped
}

// text is the report as the document has it.
func (r *report) text() string {
	var t strings.Builder
	fmt.Fprintf(&t, "Run of %s: %s, %d cores, %s, %s, Node.js %s; %s, aws-jwt-verify %s. Medians of rounds in which all took turns.\n\n",
		r.day, r.cpu, r.cores, r.system, goVersion(), strings.TrimPrefix(r.node.version, "v"), versions(), r.node.library)
	for _, part := range []func(*strings.Builder){
		r.writeTargets, r.writeWins, r.writeDecisions, r.writeAnswers, r.writeRoutes, r.writeStarts, r.writeLoads, r.writeOdd,
	} {
		part(&t)
	}
	return t.String()
}

func (r *report) writeDecisions(t *strings.Builder) {
	t.WriteString("### From the decoded event to the decision\n\n")
	fmt.Fprintf(t, "%d tokens in turn, more than are remembered, with the keys at hand. In brackets: allocations.\n\n", r.tokens)
	writeRows(t, r.decisions)
}

func (r *report) writeAnswers(t *strings.Builder) {
	t.WriteString("### From the event's bytes to the answer's\n\n")
	fmt.Fprintf(t, "The whole function but for Lambda's own part; %s writes its audit line too, the others write none.\n\n", ours)
	writeRows(t, r.answers)
	fmt.Fprintf(t, "Reading the event, %d bytes, is %s of it here, with one reading for each member, and %s with encoding/json and the types of aws-lambda-go, as the Go rivals do it.\n\n",
		r.eventBytes, short(r.reading[0].time()), short(r.reading[1].time()))
}

func (r *report) writeRoutes(t *strings.Builder) {
	t.WriteString("### Few and many routes\n\n")
	t.WriteString("The decision for a token that comes again, where looking up the route counts the most.\n\n")
	var heads, cells []string
	for _, m := range r.routes {
		heads, cells = append(heads, m.name+" routes"), append(cells, short(m.time()))
	}
	writeTable(t, heads, [][]string{cells})
}

func (r *report) writeStarts(t *strings.Builder) {
	t.WriteString("### From the start of the process to the first answer\n\n")
	t.WriteString("Over the Lambda Runtime API on loopback, with a table of 300 routes and the key set fetched from loopback. " +
		"The handler in JavaScript is bundled into one file, and its runtime is a loop of thirty lines: the one that Lambda brings has more to load. " +
		"Lambda adds the start of its own sandbox to both. Over TLS, both trust one more authority than the system's, which Node.js reads from a file of its own. Memory is the most that was resident (VmHWM).\n\n")
	var rows [][]string
	for _, s := range r.starts {
		rows = append(rows, []string{s.name, milliseconds(median(s.times)), megabytes(s.first), megabytes(s.second)})
	}
	writeTable(t, []string{"", "first answer", "memory then", fmt.Sprintf("after %d more", r.events)}, rows)
	rows = nil
	for _, z := range r.zips {
		rows = append(rows, []string{z.name, fmt.Sprintf("%.2f MB", float64(z.bytes)/1e6)})
	}
	writeTable(t, []string{"", "zip"}, rows)
}

func (r *report) writeLoads(t *strings.Builder) {
	t.WriteString("### Garbage\n\n")
	fmt.Fprintf(t, "%d tokens that must not pass, in equal parts, with good ones among them: microseconds a token, from the event's bytes to the answer's, keys over loopback. "+
		"%d of them name a key that the issuer never had.\n\n", r.load, r.inventedKeys)
	heads := []string{"RS256"}
	all := []string{"all garbage"}
	fetches := []string{"**key sets fetched**"}
	for _, l := range r.loads {
		heads = append(heads, l.name)
		all = append(all, micros(median(l.garbage)))
		fetches = append(fetches, fmt.Sprintf("**%d**", median(l.fetches)))
	}
	var rows [][]string
	for _, name := range append([]string{good}, kindNames()...) {
		cells := []string{name}
		for _, l := range r.loads {
			cells = append(cells, micros(median(l.cost[name])))
		}
		rows = append(rows, cells)
	}
	writeTable(t, heads, append(rows, all, fetches))
}

func (r *report) writeOdd(t *strings.Builder) {
	t.WriteString("### What they do not check\n\n")
	t.WriteString("Times compare only where the same is done. These tokens have signatures that hold; each authorizer was asked in this run whether they may pass.\n\n")
	heads := []string{""}
	for _, l := range r.loads {
		heads = append(heads, l.name)
	}
	var rows [][]string
	for i, one := range oddTokens {
		cells := []string{one.name}
		for _, allowed := range r.odd {
			cells = append(cells, map[bool]string{true: "**passes**", false: "refused"}[allowed[i]])
		}
		rows = append(rows, cells)
	}
	writeTable(t, heads, rows)
}

func kindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// find returns the row of that name, or nil.
func find(rows []*row, name string) *row {
	i := slices.IndexFunc(rows, func(r *row) bool { return r.name == name })
	if i < 0 {
		return nil
	}
	return rows[i]
}

func writeRows(t *strings.Builder, rows []*row) {
	var cells [][]string
	for _, r := range rows {
		line := []string{r.name}
		for _, m := range r.cells {
			cell := short(m.time())
			if allocs := m.allocs(); allocs >= 0 {
				cell += fmt.Sprintf(" (%.0f)", allocs)
			}
			line = append(line, cell)
		}
		cells = append(cells, line)
	}
	writeTable(t, append([]string{""}, algorithms...), cells)
}

func writeTable(t *strings.Builder, heads []string, rows [][]string) {
	for _, line := range append([][]string{heads, slices.Repeat([]string{"---"}, len(heads))}, rows...) {
		t.WriteString("| " + strings.Join(line, " | ") + " |\n")
	}
	t.WriteString("\n")
}

func micros(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Nanoseconds())/1000) }

func short(d time.Duration) string {
	if d >= 10*time.Microsecond {
		return fmt.Sprintf("%.0f µs", float64(d.Nanoseconds())/1000)
	}
	return micros(d) + " µs"
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

func megabytes(all []int64) string {
	if len(all) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f MB", float64(median(all))/1e6)
}
