//go:build localcloud

package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is for slow machines; nothing waits that long if all is well.
const patience = 30 * time.Second

// chromium is the browser's context; each test has tabs of its own in it.
var chromium context.Context

// startChromium starts a headless browser that can reach loopback only.
func startChromium() (stop func(), err error) {
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		return nil, errors.New("there is no Chromium here: install one, or leave these tests out as test.sh does")
	}
	profile, err := os.MkdirTemp("", "scopeway-chromium-")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.UserDataDir(profile),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox refuses root
	}
	allocator, end := chromedp.NewExecAllocator(ctx, options...)
	// Events that are newer than the library are of no interest.
	browser, _ := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	stop = func() {
		if err := chromedp.Cancel(browser); err != nil {
			fmt.Fprintln(os.Stderr, "chromium:", err)
		}
		end()
		os.RemoveAll(profile)
	}
	if err := chromedp.Run(browser); err != nil {
		stop()
		return nil, fmt.Errorf("chromium does not start: %w", err)
	}
	chromium = browser
	return stop, nil
}

// tab is a tab of somebody who was never here before: it shares no cookie and no
// storage with another test's.
type tab struct {
	t        *testing.T
	ctx      context.Context
	exchange *exchange
}

func newTab(t *testing.T) *tab {
	t.Helper()
	// The library opens tabs in windows, and a new browser context has none yet.
	browser := cdp.WithExecutor(chromium, chromedp.FromContext(chromium).Browser)
	visitor, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(browser)
	if err != nil {
		t.Fatal(err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(visitor).WithNewWindow(true).Do(browser)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := chromedp.NewContext(chromium, chromedp.WithTargetID(id))
	t.Cleanup(func() {
		end()
		if err := target.DisposeBrowserContext(visitor).Do(browser); err != nil && chromium.Err() == nil {
			t.Error(err)
		}
	})
	tab := &tab{t, ctx, newExchange()}
	chromedp.ListenTarget(ctx, tab.exchange.note)
	// The tab ends with the context of the first call: it has no deadline.
	if err := chromedp.Run(ctx, network.Enable()); err != nil {
		t.Fatal(err)
	}
	return tab
}

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.t.Fatalf("%v, at %v", err, b.try("location.href"))
	}
}

// try evaluates an expression, or the promise that it is. Between two pages
// there is none to evaluate it in: then it is nil.
func (b *tab) try(expression string) any {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	var value any
	err := chromedp.Run(ctx, chromedp.Evaluate(expression, &value, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true)
	}))
	if err != nil {
		return nil
	}
	return value
}

// text is what an expression in the page comes to, as text.
func (b *tab) text(expression string) string {
	b.t.Helper()
	value := b.try("(async () => String(await (" + expression + ")))()")
	text, ok := value.(string)
	if !ok {
		b.t.Fatalf("%s = %v, want a text", expression, value)
	}
	return text
}

// wait waits until an expression is true.
func (b *tab) wait(what, expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); b.try(expression) != true; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("waited in vain until %s, at %v:\n%v", what, b.try("location.href"), b.try("document.documentElement.outerHTML"))
		}
	}
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text: cannot happen
	}
	return string(quoted)
}
