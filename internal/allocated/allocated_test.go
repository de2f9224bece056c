package allocated_test

import (
	"testing"

	"github.com/scopeway/scopeway/internal/allocated"
)

var sink []byte

func TestWhatIsAllocatedIsMeasured(t *testing.T) {
	const size = 1 << 20
	if n, ok := allocated.Within(size/2, func() { sink = make([]byte, size) }); ok || n < size {
		t.Errorf("Within = %d, %v for %d bytes, want them counted", n, ok, size)
	}
	if n, ok := allocated.Within(2*size, func() { sink = make([]byte, size) }); !ok || n < size {
		t.Errorf("Within = %d, %v for %d bytes, want them within twice as many", n, ok, size)
	}
	if n, ok := allocated.Within(1024, func() {}); !ok {
		t.Errorf("Within = %d for nothing", n)
	}
}

func TestAThriftyRunIsEnough(t *testing.T) {
	runs := 0
	if _, ok := allocated.Within(1<<16, func() {
		if runs++; runs < 3 {
			sink = make([]byte, 1<<20)
		}
	}); !ok || runs != 3 {
		t.Errorf("after %d runs Within = %v, want the third to be enough", runs, ok)
	}
}
