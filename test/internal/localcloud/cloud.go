// Package localcloud runs an AWS cloud on loopback for the demo and the deploy
// tests: MiniStack, a process of its own, to which the CDK command line
// deploys. It needs no account, no container and no rights, and sends nothing
// anywhere else.
//
// The cloud is a stand-in. What it answers as AWS does is worth testing on
// it; where it differs, the synthesised template is what a test must look at.
//
// Linux and macOS; the tools come from test/tools/setup.sh.
package localcloud

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/scopeway/scopeway/test/internal/child"
)

// The account and region of everything on the local cloud.
const (
	Account = "000000000000"
	Region  = "us-east-1"
)

// readyWithin is how long the server may take to answer. It takes half a
// second; a machine that is compiling beside it takes several.
const readyWithin = 60 * time.Second

//go:embed server.py
var serverSource string

// Config says where the cloud comes from. The zero value is good anywhere in
// the checkout.
type Config struct {
	// Root is the checkout; by default it is looked for upwards from the
	// working directory.
	Root string
	// Port is the port on 127.0.0.1; 0 takes a free one.
	Port int
	// Enforce has the cloud check signatures and IAM policies.
	Enforce bool
}

// Cloud is a running local cloud.
type Cloud struct {
	root    string
	dir     string
	port    int
	enforce bool
	server  *child.Process
	secrets *clientSecrets
	client  *http.Client
	keys    aws.Credentials // of the caller; none: those of root
}

// Start checks the tools, starts the cloud and waits until it answers. The
// caller must call [Cloud.Stop]; the cloud also ends when this process does.
//
// The errors of a port in use and of missing tools are one line each.
func Start(ctx context.Context, config Config) (*Cloud, error) {
	root := config.Root
	if root == "" {
		var err error
		if root, err = Root(); err != nil {
			return nil, err
		}
	}
	if err := CheckTools(root); err != nil {
		return nil, err
	}
	port, err := pickPort(config.Port)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "scopeway-cloud-")
	if err != nil {
		return nil, err
	}
	c := &Cloud{
		root:    root,
		dir:     dir,
		port:    port,
		enforce: config.Enforce,
		client: &http.Client{
			// No proxy from the environment: everything is on loopback.
			Transport: &http.Transport{},
			Timeout:   60 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	}
	if c.secrets, err = startClientSecrets(c.Endpoint(), c.enforce); err == nil {
		err = c.startServer(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// Stop ends the cloud and everything it started, and removes its files.
func (c *Cloud) Stop() error {
	if c.server != nil {
		c.server.Stop(10 * time.Second)
	}
	if c.secrets != nil {
		_ = c.secrets.server.Close()
	}
	c.client.CloseIdleConnections()
	return os.RemoveAll(c.dir)
}

// Endpoint is the base URL at which every AWS service answers, without a
// slash at its end. It is also the base of Cognito's key sets:
// {Endpoint}/{user pool id}/.well-known/jwks.json.
func (c *Cloud) Endpoint() string { return "http://" + c.address() }

// Dir is a folder that lives as long as the cloud.
func (c *Cloud) Dir() string { return c.dir }

func (c *Cloud) address() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port))
}

func (c *Cloud) startServer(ctx context.Context) error {
	state := filepath.Join(c.dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		return err
	}
	logFile, err := os.Create(filepath.Join(c.dir, "server.log"))
	if err != nil {
		return err
	}
	defer logFile.Close()

	// Functions inherit all of the server's environment: it holds only what
	// the server needs, so that a variable which a template forgets is
	// missing here as it would be on AWS. A broker for IoT and an SFTP server
	// would listen on all interfaces; signing keys would lie in a folder that
	// all servers of the machine share.
	c.server = child.New(pythonTool(c.root), "-c", serverSource)
	c.server.Cmd.Dir = c.dir
	c.server.Cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + state,
		"TMPDIR=" + state,
		"STATE_DIR=" + state,
		"S3_DATA_DIR=" + state,
		"BIND_HOST=127.0.0.1",
		"GATEWAY_PORT=" + strconv.Itoa(c.port),
		"MINISTACK_HOST=localhost",
		"AWS_ENDPOINT_URL=" + c.Endpoint(),
		// Functions find the client secrets of Cognito in front of the cloud,
		// which does not know them.
		"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=" + c.secrets.url(),
		"AUTH=" + strconv.FormatBool(c.enforce),
		"IOT_MTLS_ENABLED=0",
		"SFTP_ENABLED=0",
	}
	c.server.Cmd.Stdout = logFile
	c.server.Cmd.Stderr = logFile
	if err := c.server.Start(); err != nil {
		return fmt.Errorf("local cloud does not start: %w", err)
	}
	return c.waitReady(ctx)
}

func (c *Cloud) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoint()+"/_ministack/ready", nil)
		if err != nil {
			return err
		}
		if response, err := c.client.Do(request); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-c.server.Done:
			return fmt.Errorf("local cloud ended before it was ready; its log says:\n%s", c.serverLog())
		case <-ctx.Done():
			return fmt.Errorf("local cloud was not ready within %v (%w); its log says:\n%s", readyWithin, ctx.Err(), c.serverLog())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// serverLog is the end of what the server wrote.
func (c *Cloud) serverLog() string {
	text, err := os.ReadFile(filepath.Join(c.dir, "server.log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// pickPort returns a port on 127.0.0.1 on which nobody listens.
func pickPort(wanted int) (int, error) {
	if wanted < 0 || wanted > 65535 {
		return 0, fmt.Errorf("port is not one of 1 to 65535, got %d, choose another or leave it out for a free one", wanted)
	}
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(wanted)))
	if err != nil {
		return 0, fmt.Errorf("port %d on 127.0.0.1 cannot be had: stop what listens there, choose another, or leave it out for a free one", wanted)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// LambdaArchitecture is the architecture for which functions must be compiled
// here, in Lambda's spelling: the local cloud runs them on this machine.
func LambdaArchitecture() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}
