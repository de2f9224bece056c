package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

func goVersion() string { return "Go " + strings.TrimPrefix(runtime.Version(), "go") }

// target is what should be, and whether it is.
type target struct {
	wanted, got string
	met         bool
}

func (r *report) writeTargets(t *strings.Builder) {
	t.WriteString("### What should be\n\n")
	var rows [][]string
	for _, one := range r.targets() {
		rows = append(rows, []string{one.wanted, one.got, map[bool]string{true: "yes", false: "**no**"}[one.met]})
	}
	writeTable(t, []string{"target", "this run", "met"}, rows)
}

func (r *report) targets() []target {
	all := []target{
		r.besideTheBareCheck(),
		r.aheadOfGo("the decision for RS256 takes less time than that of any Go rival", r.decisions),
		r.aheadOfGo("event to answer for RS256 takes less time than that of any Go rival", r.answers),
		r.again(), r.flat(),
	}
	all = append(all, r.aheadAtTheStart()...)
	return append(all, r.garbageIsCheap(), r.smallEnough())
}

// of RS256, the first of the algorithms.
func of(rows []*row, name string) time.Duration { return find(rows, name).cells[0].time() }

func (r *report) besideTheBareCheck() target {
	ratio := float64(of(r.decisions, ours)) / float64(of(r.decisions, bareInGo))
	return target{"the decision for RS256 takes at most 1.5 × the bare check", fmt.Sprintf("%.2f ×", ratio), ratio <= 1.5}
}

func (r *report) aheadOfGo(wanted string, rows []*row) target {
	mine := of(rows, ours)
	best, name := time.Duration(0), ""
	for _, l := range r.loads[1:] { // the first is ours
		if l.name == nodeName {
			continue
		}
		if took := of(rows, l.name); best == 0 || took < best {
			best, name = took, l.name
		}
	}
	return target{wanted, fmt.Sprintf("%s; the next is %s with %s", short(mine), name, short(best)), mine < best}
}

func (r *report) again() target {
	took := of(r.decisions, oursAgain)
	return target{"the decision for a token that comes again takes less than 5 µs", short(took), took < 5*time.Microsecond}
}

func (r *report) flat() target {
	few, many := r.routes[0].time(), r.routes[len(r.routes)-1].time()
	ratio := float64(many) / float64(few)
	return target{"10,000 routes take as long as 10, within a tenth", fmt.Sprintf("%.2f ×", ratio), ratio < 1.1}
}

// aheadAtTheStart compares the first two, with keys in the clear.
func (r *report) aheadAtTheStart() []target {
	mine, node := r.starts[0], r.starts[1]
	ratio := float64(median(node.times)) / float64(median(mine.times))
	all := []target{{"first answer at least 10 × ahead of Node.js", fmt.Sprintf("%.1f ×", ratio), ratio >= 10}}
	if len(mine.second) == 0 || len(node.second) == 0 {
		return all // not Linux
	}
	first := float64(median(mine.first)) / float64(median(node.first))
	second := float64(median(mine.second)) / float64(median(node.second))
	return append(all, target{
		"at most a quarter of its memory",
		fmt.Sprintf("%.0f %% at the first answer, %.0f %% after %d more", 100*first, 100*second, r.events), max(first, second) <= 0.25,
	})
}

// garbageIsCheap allows the noise of a twentieth: what is right but for its
// signature takes the same way as a good token.
func (r *report) garbageIsCheap() target {
	mine := r.loads[0]
	valid := median(mine.cost[good])
	worst, name := time.Duration(0), ""
	for _, k := range kindNames() {
		if cost := median(mine.cost[k]); cost > worst {
			worst, name = cost, k
		}
	}
	return target{
		"garbage costs at most what a good token costs, each kind of it, within a twentieth",
		fmt.Sprintf("%s for a good token, %s for all garbage, %s for the dearest (%s)", short(valid), short(median(mine.garbage)), short(worst), name),
		float64(worst) <= 1.05*float64(valid),
	}
}

func (r *report) smallEnough() target {
	most := max(r.zips[0].bytes, r.zips[1].bytes)
	return target{"the zip is at most 4 MB", fmt.Sprintf("%.2f MB", float64(most)/1e6), most <= 4_000_000}
}
