package synth

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// coldVariable makes the test's own binary synthesise one API and exit.
const coldVariable = "SCOPEWAY_SYNTH_COLD"

// coldRoutes is the size of the API that is synthesised cold, coldRounds is how
// often: the faster one counts, as the first reads its files from the disk.
const (
	coldRoutes = 100
	coldRounds = 2
)

// coldRow is one API, synthesised both ways, each in a process of its own.
type coldRow struct {
	api
	ours, plain coldRuns
}

// coldRuns are from start to end of each process, and the most memory that one
// process took, in bytes: Node.js, which keeps the constructs. 0: not known.
type coldRuns struct {
	times  []time.Duration
	memory int64
}

var coldRows []*coldRow

// BenchmarkColdSynth measures a whole program that synthesises one API: from
// the start of its process to its end.
func BenchmarkColdSynth(b *testing.B) {
	for _, rest := range []bool{false, true} {
		row := &coldRow{api: api{rest: rest, routes: coldRoutes}}
		b.Run(row.String(), row.measure)
	}
}

func (r *coldRow) measure(b *testing.B) {
	r.ours, r.plain = coldRuns{}, coldRuns{}
	for b.Loop() {
		for range coldRounds {
			r.ours.run(b, r.coldName("scopeway"))
			r.plain.run(b, r.coldName("awscdk"))
		}
	}
	coldRows = append(coldRows, r)
	b.ReportMetric(0, "ns/op") // of all rounds together: says nothing
	b.ReportMetric(r.ours.fastest().Seconds()*1000, "scopeway-ms")
	b.ReportMetric(r.plain.fastest().Seconds()*1000, "awscdk-ms")
}

func (r *coldRow) coldName(way string) string { return way + " " + r.String() }

func (r *coldRuns) run(b *testing.B, name string) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), coldVariable+"="+name)
	begin := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
	r.times = append(r.times, time.Since(begin))
	r.memory = max(r.memory, mostMemory(cmd.ProcessState))
}

func (r *coldRuns) fastest() time.Duration { return slices.Min(r.times) }

// beCold synthesises the API that a row names, and returns the exit code.
func beCold(name string) int {
	for _, rest := range []bool{false, true} {
		r := &coldRow{api: api{rest: rest, routes: coldRoutes}}
		for way, declare := range map[string]func(awscdk.Stack, api){"scopeway": withScopeway, "awscdk": withPlain} {
			if r.coldName(way) != name {
				continue
			}
			_, err := synth(declare, r.api)
			jsii.Close()
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			return 0
		}
	}
	fmt.Fprintf(os.Stderr, "the API to synthesise is unknown, got %q\n", name)
	return 2
}
