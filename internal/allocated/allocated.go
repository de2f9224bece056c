// Package allocated measures what a function allocates, for the tests of what
// reads other people's bytes: a limit on what is read is worth little if each
// byte of it can buy a thousand.
package allocated

import "runtime"

// attempts is how often a function is given another chance: what other
// goroutines allocate meanwhile is counted, too.
const attempts = 8

// Within runs the function until one run allocates no more than limit bytes, and
// at most a few times. It returns what the thriftiest run has allocated, freed
// memory included, and whether that is within the limit.
func Within(limit uint64, run func()) (bytes uint64, ok bool) {
	bytes = ^uint64(0)
	for range attempts {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		run()
		runtime.ReadMemStats(&after)
		bytes = min(bytes, after.TotalAlloc-before.TotalAlloc)
		if bytes <= limit {
			return bytes, true
		}
	}
	return bytes, false
}
