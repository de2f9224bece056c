package main

import (
	"fmt"
	"strings"
	"time"
)

// writeWins says where a rival takes less than ours does, by a fiftieth or more:
// less than that is a draw on any machine.
func (r *report) writeWins(t *strings.Builder) {
	t.WriteString("### Where a rival wins\n\n")
	var all []string
	note := func(what, rival string, theirs, mine time.Duration) {
		if 50*theirs <= 49*mine {
			all = append(all, fmt.Sprintf("%s: %s with %s, %s takes %s", what, rival, short(theirs), ours, short(mine)))
		}
	}
	for _, table := range []struct {
		name string
		rows []*row
	}{{"decision", r.decisions}, {"event to answer", r.answers}} {
		for column, algorithm := range algorithms {
			mine := find(table.rows, ours).cells[column].time()
			for _, one := range table.rows {
				if one.name != oursAgain && one.name != bareInGo && one.name != bareInNode {
					note(table.name+", "+algorithm, one.name, one.cells[column].time(), mine)
				}
			}
		}
	}
	for _, name := range append([]string{good}, kindNames()...) {
		mine := median(r.loads[0].cost[name])
		for _, l := range r.loads[1:] {
			note("garbage, "+name, l.name, median(l.cost[name]), mine)
		}
	}
	for column, algorithm := range algorithms {
		inGo, inNode := find(r.decisions, bareInGo).cells[column].time(), find(r.decisions, bareInNode).cells[column].time()
		if 50*inNode <= 49*inGo {
			all = append(all, fmt.Sprintf("the bare %s check: OpenSSL in Node.js with %s, Go's takes %s", algorithm, short(inNode), short(inGo)))
		}
	}
	if theirs, mine := r.zips[2].bytes, r.zips[0].bytes; theirs < mine {
		all = append(all, fmt.Sprintf("the zip: %s with %d kB, as its interpreter is Lambda's", nodeName, theirs/1000))
	}
	if len(all) == 0 {
		all = []string{"nowhere in this run"}
	}
	for _, line := range all {
		t.WriteString("- " + line + "\n")
	}
	t.WriteString("\n")
}
