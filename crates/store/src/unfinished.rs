//! Sales that somebody has still to finish, and how people have set the station up.

use rusqlite::OptionalExtension;
use wicket_domain::id::OrderId;

use crate::error::StoreError;
use crate::row::Id;
use crate::write::{Read, Write};

impl Read<'_> {
    /// Orders that nobody has finished, newest first, each with the run of the program that sold it.
    pub fn unfinished_sales(&self) -> Result<Vec<(OrderId, u32)>, StoreError> {
        let sql = "SELECT order_id, run_no FROM unfinished_sale ORDER BY sale_no DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, Id<OrderId>>(0)?.0, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a run of this number has left a sale unfinished.
    pub(crate) fn has_unfinished_of(&self, run_no: u32) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM unfinished_sale WHERE run_no = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([run_no], |row| row.get(0))?)
    }

    /// Whether somebody has still to finish this order.
    pub fn is_unfinished(&self, order_id: OrderId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM unfinished_sale WHERE order_id = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([Id(order_id)], |row| row.get(0))?)
    }

    /// What is set under this name.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Write<'_> {
    /// Notes that somebody has still to finish an order, which this run of the program sold
    /// ([`Store::run_no`](crate::Store::run_no)).
    pub fn begin_sale(&self, order_id: OrderId, run_no: u32) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("INSERT INTO unfinished_sale (order_id, run_no) VALUES (?1, ?2)")?
            .execute((Id(order_id), run_no))?;
        Ok(())
    }

    /// Notes that somebody has finished an order. An order that is finished already stays so.
    pub fn finish_sale(&self, order_id: OrderId) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("DELETE FROM unfinished_sale WHERE order_id = ?1")?
            .execute([Id(order_id)])?;
        Ok(())
    }

    /// Sets a value in place of the one before.
    pub fn set_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.conn.prepare_cached(sql)?.execute([name, value])?;
        Ok(())
    }
}
