/**
 * The story that the demo plays: nine steps, each a class that does what a person or a program would do, over HTTP, and checks what came of
 * it. The steps know the companies only through {@link dev.sallyport.demo.story.World}, so that they can be played with other identity
 * providers and directories.
 */
package dev.sallyport.demo.story;
