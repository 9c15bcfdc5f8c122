/** A company's people directory, played by a small SCIM 2.0 server (RFC 7643, RFC 7644, RFC 9865) that can be told to misbehave. */
package dev.sallyport.demo.directory;
