package localcloud

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// nodeAtLeast is the oldest Node.js on which the CDK libraries run.
const nodeAtLeast = 20

// Root returns the root of the checkout: the folder at or above the working
// directory that has test/tools in it.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; {
		if _, err := os.Stat(filepath.Join(dir, "test", "tools", "setup.sh")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("working directory %q is not in a checkout of scopeway: run this from inside one", start)
		}
		dir = parent
	}
}

// CheckTools tells what is missing for the local cloud, one line each.
func CheckTools(root string) error {
	if runtime.GOOS == "windows" {
		return errors.New("the local cloud does not run on Windows: use the Windows Subsystem for Linux")
	}
	var problems []error
	if err := checkNode(); err != nil {
		problems = append(problems, err)
	}
	for _, tool := range []string{pythonTool(root), cdkTool(root)} {
		if _, err := os.Stat(tool); err != nil {
			name, _ := filepath.Rel(root, tool)
			problems = append(problems, fmt.Errorf("%s is missing: run make setup", name))
		}
	}
	return errors.Join(problems...)
}

func checkNode() error {
	output, err := exec.Command("node", "--version").Output()
	if err != nil {
		return fmt.Errorf("node is missing: install Node.js %d or newer (https://nodejs.org)", nodeAtLeast)
	}
	return checkNodeVersion(strings.TrimSpace(string(output)))
}

// checkNodeVersion judges a version as node prints it, such as v20.11.1.
func checkNodeVersion(version string) error {
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if number, err := strconv.Atoi(major); err != nil || number < nodeAtLeast {
		return fmt.Errorf("node %s is too old: install Node.js %d or newer (https://nodejs.org)", version, nodeAtLeast)
	}
	return nil
}

func pythonTool(root string) string {
	return filepath.Join(root, ".tools", "python", "bin", "python")
}

func cdkTool(root string) string {
	return filepath.Join(root, ".tools", "node", "node_modules", ".bin", "cdk")
}
