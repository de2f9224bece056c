package call

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// script answers one request after another, without a network, so that time
// can be simulated.
type script struct {
	answers []func(*http.Request) (*http.Response, error)
	asked   []*http.Request
	at      []time.Time
	bodies  []string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	s.asked, s.at, s.bodies = append(s.asked, r), append(s.at, time.Now()), append(s.bodies, string(body))
	if len(s.answers) == 0 {
		return nil, errors.New("s3cret: nobody wrote this answer")
	}
	next := s.answers[0]
	s.answers = s.answers[1:]
	return next(r)
}

// waits returns the time between the tries.
func (s *script) waits() []time.Duration {
	var all []time.Duration
	for i := 1; i < len(s.at); i++ {
		all = append(all, s.at[i].Sub(s.at[i-1]))
	}
	return all
}

func answer(status int, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func breaks(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

var (
	refusedDial = &net.OpError{Op: "dial", Err: errors.New("s3cret")}
	brokenRead  = &net.OpError{Op: "read", Err: errors.New("s3cret")}
)

func api(s *script) *API {
	return &API{Provider: "Acme", HTTP: &http.Client{Transport: s}, Now: time.Now, ResetHeader: "X-Rate-Limit-Reset",
		Judge: func(a Answer) (string, string) {
			text, _ := a.Body.Member("error").Text()
			return OneOf(text, "E1"), ""
		}}
}

var (
	get  = Request{Cannot: "it cannot be read", Method: "GET", URL: "https://acme.example/x", Repeatable: true}
	post = Request{Cannot: "it cannot be made", Method: "POST", URL: "https://acme.example/x", Body: JSON(map[string]any{"a": "b"})}
)

func TestTries(t *testing.T) {
	ok := answer(200, `{"a":"b"}`)
	all := func(f ...func(*http.Request) (*http.Response, error)) []func(*http.Request) (*http.Response, error) {
		return f
	}
	tests := []struct {
		name    string
		request Request
		answers []func(*http.Request) (*http.Response, error)
		tries   int
		want    string // of the error, "" for none
	}{
		{"reading, at once", get, all(ok), 1, ""},
		{"reading, busy twice", get, all(answer(429, ``), answer(503, ``), ok), 3, ""},
		{"reading, busy thrice", get, all(answer(429, ``), answer(503, ``), answer(429, ``), ok), 3,
			"it cannot be read at Acme, it answered 429, its rate limit is used up, the next run goes on from here"},
		{"reading, a gateway without a server", get, all(answer(502, ``), answer(504, ``), ok), 3, ""},
		{"reading, out of order", get, all(answer(500, `{"error":"s3cret"}`), ok), 1,
			"it cannot be read at Acme, it answered 500, it is out of order, the next run goes on from here"},
		{"reading, no connection", get, all(breaks(refusedDial), ok), 2, ""},
		{"reading, broken connection", get, all(breaks(brokenRead), ok), 2, ""},
		{"reading, never a connection", get, all(breaks(refusedDial), breaks(refusedDial), breaks(refusedDial), ok), 3,
			"it cannot be read at Acme, there is no connection"},
		{"reading, refused", get, all(answer(403, `{"error":"E1"}`), ok), 1, "it cannot be read at Acme, it answered 403 E1"},
		{"reading, refused with a code of nobody", get, all(answer(403, `{"error":"s3cret"}`), ok), 1, "it cannot be read at Acme, it answered 403"},
		{"reading, elsewhere", get, all(answer(302, ``, "Location", "https://evil.example/"), ok), 1,
			"it cannot be read at Acme, it answered 302, redirects are not followed, write the address that it is at"},
		{"reading, too much", get, all(answer(200, `"`+strings.Repeat("x", maxBody)+`"`), ok), 1,
			"it cannot be read at Acme, it answered 200, with more than 1 MB"},
		{"making, at once", post, all(ok), 1, ""},
		{"making, busy twice", post, all(answer(429, ``), answer(429, ``), ok), 3, ""},
		{"making, unavailable", post, all(answer(503, ``, "Retry-After", "1"), ok), 1,
			"it cannot be made at Acme, it answered 503, it is out of order, the next run goes on from here, it may have been done all the same, which the next run sees to"},
		{"making, no connection", post, all(breaks(refusedDial), ok), 2, ""},
		{"making, unknown host", post, all(breaks(&net.DNSError{Name: "s3cret"}), ok), 2, ""},
		{"making, broken connection", post, all(breaks(brokenRead), ok), 1,
			"it cannot be made at Acme, the connection broke, it may have been done all the same, which the next run sees to"},
		{"making, hung up", post, all(breaks(io.EOF), ok), 1,
			"it cannot be made at Acme, the connection broke, it may have been done all the same, which the next run sees to"},
		{"making, what is no HTTP", post, all(breaks(errors.New("malformed s3cret")), ok), 1,
			"it cannot be made at Acme, there is no answer that is HTTP, it may have been done all the same, which the next run sees to"},
		{"making, broken answer", post, all(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("s3"), failing{}))}, nil
		}, ok), 1, "it cannot be made at Acme, there is no answer that is HTTP, it may have been done all the same, which the next run sees to"},
		{"a URL that is none", Request{Cannot: "it cannot be read", Method: "GET", URL: "http://a b/"}, all(ok), 0, "it cannot be read at Acme, its URL cannot be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: test.answers}
				_, err := api(s).Do(t.Context(), test.request)
				got := ""
				if err != nil {
					got = err.Error()
				}
				if got != test.want {
					t.Errorf("Do = %q, want %q", got, test.want)
				}
				if len(s.asked) != test.tries {
					t.Errorf("Do made %d tries, want %d", len(s.asked), test.tries)
				}
				for _, verb := range []string{"%v", "%+v", "%#v"} {
					if text := fmt.Sprintf(verb, err); strings.Contains(text, "s3cret") {
						t.Errorf("%s of the error holds what the server sent: %s", verb, text)
					}
				}
			})
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("s3cret") }

func TestWaits(t *testing.T) {
	const jitter = 500 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		date := func(d time.Duration) string { return start.Add(d).UTC().Format(http.TimeFormat) }
		unix := func(d time.Duration) string { return strconv.FormatInt(start.Add(d).Unix(), 10) }
		for _, test := range []struct {
			name    string
			headers []string
			want    time.Duration
		}{
			{"Retry-After in seconds", []string{"Retry-After", "7"}, 7 * time.Second},
			{"Retry-After of nothing", []string{"Retry-After", "0"}, 0},
			{"Retry-After as a date", []string{"Retry-After", date(9 * time.Second), "Date", date(0)}, 9 * time.Second},
			{"Retry-After of a server whose clock is an hour ahead", []string{"Retry-After", date(time.Hour + 9*time.Second), "Date", date(time.Hour)}, 9 * time.Second},
			{"Retry-After before reset", []string{"Retry-After", "3", "X-Rate-Limit-Reset", unix(9 * time.Second), "Date", date(0)}, 3 * time.Second},
			{"Retry-After in the past", []string{"Retry-After", date(-time.Hour), "Date", date(0)}, 0},
			{"reset", []string{"X-Rate-Limit-Reset", unix(8 * time.Second), "Date", date(0)}, 8 * time.Second},
			{"reset of a server whose clock is an hour late", []string{"X-Rate-Limit-Reset", unix(8*time.Second - time.Hour), "Date", date(-time.Hour)}, 8 * time.Second},
			{"reset in the past", []string{"X-Rate-Limit-Reset", unix(-time.Second), "Date", date(0)}, 0},
			{"nothing", nil, time.Second},
			{"what is no number", []string{"Retry-After", "soon", "X-Rate-Limit-Reset", "later"}, time.Second},
			{"a negative number", []string{"Retry-After", "-5", "X-Rate-Limit-Reset", "-5"}, time.Second},
			{"a number without an end", []string{"Retry-After", "99999999999999999999"}, time.Second},
			{"an hour", []string{"Retry-After", "3600"}, maxWait},
			{"years", []string{"X-Rate-Limit-Reset", "1099511627775"}, maxWait},
		} {
			got := api(nil).wait(Answer{Header: header(test.headers)}, 1)
			if got < test.want || got > min(test.want+jitter, maxWait) {
				t.Errorf("wait, %s = %v, want %v and up to %v more", test.name, got, test.want, jitter)
			}
		}
		if got := api(nil).wait(Answer{}, 2); got < 2*time.Second || got > 2*time.Second+jitter {
			t.Errorf("wait, after no answer, the second = %v, want 2s and up to %v more", got, jitter)
		}
	})
}

func TestAServerWithoutADateIsComparedWithOurClock(t *testing.T) {
	a := api(nil)
	a.Now = func() time.Time { return time.Unix(1_800_000_000, 0) }
	if got := a.wait(Answer{Header: header([]string{"X-Rate-Limit-Reset", "1800000005"})}, 1); got < 5*time.Second || got > 6*time.Second {
		t.Errorf("wait = %v, want 5s and a little", got)
	}
}

func header(pairs []string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestItWaitsAsLongAsTheServerSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func(*http.Request) (*http.Response, error){answer(429, ``, "Retry-After", "12"), answer(429, ``, "Retry-After", "300"), answer(200, `{}`)}}
		if _, err := api(s).Do(t.Context(), post); err != nil {
			t.Fatal(err)
		}
		if w := s.waits(); w[0] < 12*time.Second || w[0] > 13*time.Second || w[1] != maxWait {
			t.Errorf("waits = %v, want about 12s and %v", w, maxWait)
		}
	})
}

func TestItDoesNotWaitForWhatTheContextWillNotSee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		s := &script{answers: []func(*http.Request) (*http.Response, error){answer(429, ``, "Retry-After", "15"), answer(200, `{}`)}}
		_, err := api(s).Do(ctx, post)
		if err == nil || time.Since(start) != 0 {
			t.Errorf("Do = %v after %v, want an error at once", err, time.Since(start))
		}
	})
}

func TestACanceledContextEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		start := time.Now()
		s := &script{answers: []func(*http.Request) (*http.Response, error){answer(429, ``, "Retry-After", "15"), answer(200, `{}`)}}
		_, err := api(s).Do(ctx, post)
		if err == nil || time.Since(start) != 3*time.Second || len(s.asked) != 1 {
			t.Errorf("Do = %v after %v and %d tries, want an error after 3s and one", err, time.Since(start), len(s.asked))
		}
	})
}

func TestOneTryHasTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		s := &script{answers: []func(*http.Request) (*http.Response, error){hangs, answer(200, `{}`)}}
		start := time.Now()
		_, err := api(s).Do(t.Context(), post)
		want := "it cannot be made at Acme, there is no answer in time, it may have been done all the same, which the next run sees to"
		if err == nil || err.Error() != want || time.Since(start) != deadline {
			t.Errorf("Do = %v after %v, want %q after %v", err, time.Since(start), want, deadline)
		}
	})
}

func TestEveryTryHasItsOwnBodyAndToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func(*http.Request) (*http.Response, error){answer(429, ``), answer(200, `{}`)}}
		a := api(s)
		bodies, tokens := 0, 0
		a.Authorize = func(_ context.Context, r *http.Request) error {
			tokens++
			r.Header.Set("Authorization", strconv.Itoa(tokens))
			return nil
		}
		request := post
		request.Body = func() (Body, error) { bodies++; return Body{"text/plain", []byte(strconv.Itoa(bodies))}, nil }
		if _, err := a.Do(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"1", "2"} {
			if got := s.asked[i].Header.Get("Authorization"); got != want || s.bodies[i] != want {
				t.Errorf("try %d had token %q and body %q, want %q", i+1, got, s.bodies[i], want)
			}
		}
	})
}

func TestWithoutABodyOrATokenThereIsNoRequest(t *testing.T) {
	none := &Error{Cannot: "a token cannot be had", Provider: "Acme", Status: 503}
	s := &script{}
	a := api(s)
	a.Authorize = func(context.Context, *http.Request) error { return none }
	if _, err := a.Do(t.Context(), get); err != error(none) || len(s.asked) != 0 {
		t.Errorf("Do = %v after %d requests, want %v and none", err, len(s.asked), none)
	}
	request := post
	request.Body = func() (Body, error) { return Body{}, none }
	if _, err := a.Do(t.Context(), request); err != error(none) || len(s.asked) != 0 {
		t.Errorf("Do = %v after %d requests, want %v and none", err, len(s.asked), none)
	}
}

func TestARequestIsCorrectedOnce(t *testing.T) {
	s := &script{answers: []func(*http.Request) (*http.Response, error){answer(400, ``), answer(400, ``), answer(200, `{}`)}}
	a := api(s)
	looked := 0
	a.Again = func(Answer) bool { looked++; return true }
	_, err := a.Do(t.Context(), post)
	if want := "it cannot be made at Acme, it answered 400"; err == nil || err.Error() != want || len(s.asked) != 2 || looked != 2 {
		t.Errorf("Do = %v after %d requests and %d looks, want %q after 2 and 2", err, len(s.asked), looked, want)
	}
}

func TestAcceptedAndOddAnswers(t *testing.T) {
	s := &script{answers: []func(*http.Request) (*http.Response, error){answer(404, `{"error":"E1"}`)}}
	a := api(s)
	request := post
	request.Accept = []int{404}
	got, err := a.Do(t.Context(), request)
	if err != nil || got.Status != 404 {
		t.Fatalf("Do = %d, %v, want 404, nil", got.Status, err)
	}
	if err, want := a.Refused(request, got), "it cannot be made at Acme, it answered 404 E1"; err.Error() != want {
		t.Errorf("Refused = %q, want %q", err, want)
	}
	want := "it cannot be made at Acme, it answered 404 without a secret, it may have been done all the same, which the next run sees to"
	if err := a.Odd(request, got, "a secret"); err.Error() != want {
		t.Errorf("Odd = %q, want %q", err, want)
	}
}

// The client that is handed in may follow redirects and keep cookies: ours
// does not.
func TestNoRedirectAndNoCookie(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	a := api(nil)
	a.HTTP = NewHTTP()
	request := post
	request.URL = server.URL
	if _, err := a.Do(t.Context(), request); err == nil || asked != 1 {
		t.Errorf("Do = %v after %d requests, want an error after one", err, asked)
	}
}

func TestACertificateThatIsNotTrusted(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = discard
	server.StartTLS()
	defer server.Close()
	a := api(nil)
	a.HTTP = NewHTTP()
	request := post
	request.URL = server.URL
	_, err := a.Do(t.Context(), request)
	if want := "it cannot be made at Acme, its certificate is not trusted"; err == nil || err.Error() != want {
		t.Errorf("Do = %v, want %q", err, want)
	}
}
