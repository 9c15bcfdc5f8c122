/**
 * Groups to permissions: who may do what, and by which rule.
 *
 * <p>A tenant's identity providers and directory say which <em>groups</em> a person is in. The tenant's
 * <em>rules</em> turn groups into <em>roles</em>. The vendor's <em>catalogue</em> says which <em>permissions</em> a
 * role holds. {@link dev.sallyport.roles.RoleEngine#evaluate} puts the three together; everything else here asks that
 * one function: {@link dev.sallyport.roles.Explain}, {@link dev.sallyport.roles.Preview},
 * {@link dev.sallyport.roles.LastAdmin}.
 *
 * <p>The package is pure. It reads no clock, opens nothing, and depends on nothing but the JDK. All values are
 * immutable and may be shared between threads. Wrong input from people becomes a list of
 * {@link dev.sallyport.roles.Violation}s; exceptions mean a mistake in the calling code.
 */
package dev.sallyport.roles;
