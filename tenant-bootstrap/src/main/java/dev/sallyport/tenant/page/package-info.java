/** How Sallyport's own pages look and which headers they carry; shared by the setup pages, the sign-in pages and the console. */
package dev.sallyport.tenant.page;
