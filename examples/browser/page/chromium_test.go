package page_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// chromium is a headless browser with one tab, spoken to over a pipe in the
// Chrome DevTools Protocol.
type chromium struct {
	t       *testing.T
	send    *os.File
	receive *bufio.Reader
	session string
	last    int
}

// patience is for slow machines; nothing waits that long if all is well.
const patience = 60 * time.Second

// startChromium skips the test where there is no Chromium.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("there is no Chromium here")
	}
	theirInput, send, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	receive, theirOutput, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	browser := exec.Command(program, "--headless=new", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(),
		"--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
		"--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")
	if os.Getuid() == 0 {
		browser.Args = append(browser.Args, "--no-sandbox") // Chromium's sandbox refuses root
	}
	browser.ExtraFiles = []*os.File{theirInput, theirOutput} // file descriptors 3 and 4
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	theirInput.Close()
	theirOutput.Close()
	c := &chromium{t: t, send: send, receive: bufio.NewReader(receive)}
	late := time.AfterFunc(2*patience, func() { browser.Process.Kill() })
	t.Cleanup(func() {
		send.Close() // which ends the browser, unless it hangs
		time.AfterFunc(5*time.Second, func() { browser.Process.Kill() })
		browser.Wait()
		late.Stop()
		receive.Close()
	})
	target := c.call("Target.createTarget", map[string]any{"url": "about:blank"})
	attached := c.call("Target.attachToTarget", map[string]any{"targetId": target["targetId"], "flatten": true})
	c.session, _ = attached["sessionId"].(string)
	c.call("Page.enable", nil)
	return c
}

// call makes one call of the protocol and passes over the events before its
// answer.
func (c *chromium) call(method string, parameters map[string]any) map[string]any {
	c.t.Helper()
	result, err := c.try(method, parameters)
	if err != nil {
		c.t.Fatal(err)
	}
	return result
}

func (c *chromium) try(method string, parameters map[string]any) (map[string]any, error) {
	c.last++
	message := map[string]any{"id": c.last, "method": method, "params": parameters}
	if parameters == nil {
		message["params"] = map[string]any{}
	}
	if c.session != "" {
		message["sessionId"] = c.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	if _, err := c.send.Write(append(text, 0)); err != nil {
		return nil, fmt.Errorf("%s: the browser is gone: %w", method, err)
	}
	for {
		text, err := c.receive.ReadBytes(0)
		if err != nil {
			return nil, fmt.Errorf("%s: the browser is gone: %w", method, err)
		}
		var answer struct {
			ID     int
			Result map[string]any
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(text[:len(text)-1], &answer); err != nil {
			return nil, err
		}
		switch {
		case answer.ID != c.last:
		case answer.Error != nil:
			return nil, fmt.Errorf("%s: %s", method, answer.Error.Message)
		default:
			return answer.Result, nil
		}
	}
}

// open loads a page and waits until its script is ready.
func (c *chromium) open(url string) {
	c.t.Helper()
	c.call("Page.navigate", map[string]any{"url": url})
	c.wait("the page is ready", `document.body?.dataset.ready === "" && performance.getEntriesByType("navigation")[0].name === `+quote(url))
}

// evaluate returns what an expression in the page, or its promise, comes to.
func (c *chromium) evaluate(expression string) (any, error) {
	result, err := c.try("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true})
	if err != nil {
		return nil, err
	}
	if thrown, found := result["exceptionDetails"]; found {
		return nil, fmt.Errorf("%s: %v", expression, thrown)
	}
	value, _ := result["result"].(map[string]any)
	return value["value"], nil
}

func (c *chromium) text(expression string) string {
	c.t.Helper()
	value, err := c.evaluate(expression)
	if err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprint(value)
}

// wait waits until an expression is true. Between two pages there is none to
// evaluate it in.
func (c *chromium) wait(what, expression string) {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		value, err := c.evaluate(expression)
		if value == true {
			return
		}
		if time.Now().After(deadline) || err != nil && strings.Contains(err.Error(), "the browser is gone") {
			page, _ := c.evaluate("document.documentElement.outerHTML")
			c.t.Fatalf("waited in vain until %s: %v, %v\n%v", what, value, err, page)
		}
	}
}

func (c *chromium) click(id string) {
	c.t.Helper()
	c.text("document.querySelector(" + quote(id) + ").click()")
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text: cannot happen
	}
	return string(quoted)
}
