/** More than the platform can carry: what it answers then, what it keeps, and how it recovers. */
package io.classbell.overload;
