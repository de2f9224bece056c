package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// measurement is one figure of a table, taken several times.
type measurement struct {
	name  string
	take  func(window time.Duration) (sample, error)
	taken []sample
}

// sample is what one operation took, on average over one round.
type sample struct {
	time   time.Duration
	allocs float64 // -1: not known
}

// race takes all measurements in turn, round after round.
func race(e effort, all []*measurement) error {
	for range e.rounds {
		for _, m := range all {
			s, err := m.take(e.window)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			m.taken = append(m.taken, s)
		}
	}
	return nil
}

// inGo measures an operation of this process. It is told how often it ran
// before, also in earlier rounds, and says whether it came to the right end.
func inGo(op func(i int) bool) func(time.Duration) (sample, error) {
	i := 0
	return func(window time.Duration) (sample, error) {
		runtime.GC() // what others left is not this operation's to clean up
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		count, begin := 0, time.Now()
		for n := 1; time.Since(begin) < window; n = min(2*n, 64) {
			for range n {
				if !op(i) {
					return sample{}, fmt.Errorf("operation %d came to the wrong end", i)
				}
				i++
			}
			count += n
		}
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		return sample{took / time.Duration(count), float64(after.Mallocs-before.Mallocs) / float64(count)}, nil
	}
}

func (m *measurement) time() time.Duration {
	var all []time.Duration
	for _, s := range m.taken {
		all = append(all, s.time)
	}
	return median(all)
}

func (m *measurement) allocs() float64 {
	var all []float64
	for _, s := range m.taken {
		all = append(all, s.allocs)
	}
	return median(all)
}

func median[T int | int64 | float64 | time.Duration](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
