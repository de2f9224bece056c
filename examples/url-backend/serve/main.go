// Serve runs the warehouse.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/scopeway/scopeway/examples/url-backend/warehouse"
)

func main() {
	address := flag.String("address", "127.0.0.1:8081", "where to listen; in a VPC :8081, for the load balancer")
	flag.Parse()
	server := &http.Server{
		Addr:              *address,
		Handler:           warehouse.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		MaxHeaderBytes:    32 << 10,
	}
	fmt.Printf("the warehouse listens on %s\n", *address)
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}
