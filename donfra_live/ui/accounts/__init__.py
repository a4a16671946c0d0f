"""Pages of accounts: sign in, sign up, one's account, the first admin's setup, new password, people."""
