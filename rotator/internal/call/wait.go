package call

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxWait is the longest that is waited before another try, whatever the
	// provider says: the function has minutes, not hours.
	maxWait = 20 * time.Second
	// room is how much time a try should have at least.
	room = time.Second
)

// wait returns how long to wait after an answer, and after no answer, before
// the next try: what the provider says, or one second and two, each with a
// little more so that not all come back at once.
func (a *API) wait(answer Answer, try int) time.Duration {
	d, told := retryAfter(answer.Header, a.Now())
	if !told && a.ResetHeader != "" {
		d, told = reset(answer.Header, a.ResetHeader, a.Now())
	}
	if !told {
		d = time.Second << (try - 1)
	}
	return min(min(d, maxWait)+rand.N(500*time.Millisecond), maxWait)
}

// retryAfter reads Retry-After (RFC 9110, section 10.2.3).
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(serverTime(header, now))), true
	}
	return 0, false
}

// reset reads a header that holds Unix seconds. The server's own Date is what
// they are compared with: its clock set both.
func reset(header http.Header, name string, now time.Time) (time.Duration, bool) {
	seconds, err := strconv.ParseUint(header.Get(name), 10, 40)
	if err != nil {
		return 0, false
	}
	return max(0, time.Unix(int64(seconds), 0).Sub(serverTime(header, now))), true
}

// serverTime returns the Date of an answer, and now where it has none.
func serverTime(header http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		return date
	}
	return now
}

// sleep waits, and says whether the time is there: it does not begin to wait
// for what the context will not live to see.
func sleep(ctx context.Context, d time.Duration) bool {
	if end, set := ctx.Deadline(); set && time.Until(end) < d+room {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
