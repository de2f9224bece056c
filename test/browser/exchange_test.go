//go:build localcloud

package browser

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
)

// exchange is what a tab sent and what came back, as the network saw it: a page
// may read less.
type exchange struct {
	mu       sync.Mutex
	requests []request
	statuses map[network.RequestID]int64
}

type request struct {
	id          network.RequestID
	method, url string
	bearer      string // the token in the Authorization header
}

func newExchange() *exchange { return &exchange{statuses: map[network.RequestID]int64{}} }

func (e *exchange) note(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		r := request{id: event.RequestID, method: event.Request.Method, url: event.Request.URL}
		for name, value := range event.Request.Headers {
			if text, _ := value.(string); strings.EqualFold(name, "Authorization") {
				r.bearer = strings.TrimPrefix(text, "Bearer ")
			}
		}
		e.requests = append(e.requests, r)
	case *network.EventResponseReceivedExtraInfo:
		e.statuses[event.RequestID] = event.StatusCode
	}
}

// to are the requests to URLs with a prefix, without preflights.
func (e *exchange) to(prefix string) []request {
	e.mu.Lock()
	defer e.mu.Unlock()
	var requests []request
	for _, r := range e.requests {
		if r.method != http.MethodOptions && strings.HasPrefix(r.url, prefix) {
			requests = append(requests, r)
		}
	}
	return requests
}

// status is that of the answer to the last request with a prefix, 0 if there is
// none. The page may have it before the tab tells.
func (e *exchange) status(prefix string) (status int64) {
	requests := e.to(prefix)
	if len(requests) == 0 {
		return 0
	}
	last := requests[len(requests)-1].id
	for deadline := time.Now().Add(patience); status == 0 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		e.mu.Lock()
		status = e.statuses[last]
		e.mu.Unlock()
	}
	return status
}

// code is the authorization code with which the tab came back to a page.
func (e *exchange) code(home string) string {
	for _, r := range e.to(home) {
		if u, err := url.Parse(r.url); err == nil && u.Query().Has("code") {
			return u.Query().Get("code")
		}
	}
	return ""
}

// token is the last token that the tab sent to URLs with a prefix.
func (e *exchange) token(prefix string) (token string) {
	for _, r := range e.to(prefix) {
		if r.bearer != "" {
			token = r.bearer
		}
	}
	return token
}
