package localcloud

import (
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// SlowSecrets has the clock of Secrets Manager be slow from now on, by whole
// seconds, so that what is written to a secret is as old as that; 0 has it be
// right again. All other clocks stay as they are.
func (c *Cloud) SlowSecrets(by time.Duration) error {
	return os.WriteFile(filepath.Join(c.dir, "secrets-behind"), []byte(strconv.Itoa(int(by.Seconds()))), 0o600)
}
