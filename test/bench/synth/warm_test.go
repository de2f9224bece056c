package synth

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// warmRow is one API, synthesised both ways.
type warmRow struct {
	api
	ours, plain samples
	// defaults is the plain one with awscdk's own permissions, synthesised once.
	defaults outcome
}

// samples are the outcomes of one synth that was repeated.
type samples []outcome

var warmRows []*warmRow

// BenchmarkSynth synthesises APIs in a warm process, with Scopeway and with
// awscdk alone in turns, so that both see the same machine.
func BenchmarkSynth(b *testing.B) {
	for _, rest := range []bool{false, true} {
		for _, cors := range []bool{false, true} {
			for _, routes := range []int{10, 100, 300} {
				row := &warmRow{api: api{rest: rest, cors: cors, routes: routes}}
				b.Run(row.String(), row.measure)
			}
		}
	}
}

// How often a row is measured: more often when it is noisy.
const (
	rounds      = 3
	noisyRounds = 5
	noise       = 0.25
)

func (r *warmRow) measure(b *testing.B) {
	warmUp(b)
	r.ours, r.plain = nil, nil
	for b.Loop() {
		for n := range noisyRounds {
			if n >= rounds && max(r.ours.spread(), r.plain.spread()) < noise {
				break
			}
			r.ours = append(r.ours, once(b, withScopeway, r.api))
			r.plain = append(r.plain, once(b, withPlain, r.api))
		}
	}
	r.defaults = once(b, withPlainDefaults, r.api)
	warmRows = append(warmRows, r)
	b.ReportMetric(0, "ns/op") // of all rounds together: says nothing
	b.ReportMetric(r.ours.median().Seconds()*1000, "scopeway-ms")
	b.ReportMetric(r.plain.median().Seconds()*1000, "awscdk-ms")
	b.ReportMetric(float64(r.ours[0].resources), "resources")
	b.ReportMetric(float64(r.ours[0].bytes)/1000, "template-kB")
}

var isWarm bool

// warmUp starts Node.js and loads what both ways need.
func warmUp(b *testing.B) {
	for _, rest := range []bool{false, true} {
		if isWarm {
			return
		}
		once(b, withScopeway, api{rest: rest, cors: true, routes: 10})
		once(b, withPlain, api{rest: rest, cors: true, routes: 10})
	}
	isWarm = true
}

func once(b *testing.B, declare func(awscdk.Stack, api), a api) outcome {
	b.Helper()
	o, err := synth(declare, a)
	if err != nil {
		b.Fatal(err)
	}
	o.template = template{} // its size is known
	return o
}

func (s samples) times() []time.Duration {
	var all []time.Duration
	for _, o := range s {
		all = append(all, o.took)
	}
	slices.Sort(all)
	return all
}

func (s samples) median() time.Duration { return s.times()[len(s)/2] }

// spread is how far the middle half of the times lies apart, as a part of the
// median.
func (s samples) spread() float64 {
	all := s.times()
	return float64(all[len(all)*3/4]-all[len(all)/4]) / float64(s.median())
}
